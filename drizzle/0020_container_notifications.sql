-- A deleted container keeps its row, under another EO ID: lists lose it all the same, and get it back when it is restored.
CREATE OR REPLACE TRIGGER containers_notify AFTER INSERT OR DELETE ON "containers" FOR EACH ROW EXECUTE FUNCTION eosync_notify_configuration();
--> statement-breakpoint
CREATE TRIGGER containers_notify_update AFTER UPDATE ON "containers" FOR EACH ROW
	WHEN ((OLD.configured_at, OLD.eo_id, OLD.deleted_at) IS DISTINCT FROM (NEW.configured_at, NEW.eo_id, NEW.deleted_at))
	EXECUTE FUNCTION eosync_notify_configuration();
