-- Whoever follows runs or the configuration LISTENs on these channels. A notification only says what to read again.
CREATE FUNCTION eosync_notify_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('eosync_run', NEW.id::text);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER runs_notify_insert AFTER INSERT ON "runs" FOR EACH ROW EXECUTE FUNCTION eosync_notify_run();
--> statement-breakpoint
-- A heartbeat changes nothing that anybody shows.
CREATE TRIGGER runs_notify_update AFTER UPDATE ON "runs" FOR EACH ROW
	WHEN (OLD.state <> NEW.state OR OLD.progress <> NEW.progress OR OLD.problems <> NEW.problems
		OR OLD.cancel_requested_at IS DISTINCT FROM NEW.cancel_requested_at
		OR OLD.superseded_by IS DISTINCT FROM NEW.superseded_by)
	EXECUTE FUNCTION eosync_notify_run();
--> statement-breakpoint
CREATE FUNCTION eosync_notify_configuration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('eosync_configuration', TG_TABLE_NAME);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER storages_notify AFTER INSERT OR UPDATE OR DELETE ON "storages" FOR EACH STATEMENT EXECUTE FUNCTION eosync_notify_configuration();
--> statement-breakpoint
CREATE TRIGGER containers_notify AFTER INSERT OR DELETE OR UPDATE OF configured_at ON "containers" FOR EACH STATEMENT EXECUTE FUNCTION eosync_notify_configuration();
