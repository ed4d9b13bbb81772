-- Every column of a run that a page shows. Not the lease and its heartbeat, nor what only the engine reads.
CREATE OR REPLACE TRIGGER runs_notify_update AFTER UPDATE ON "runs" FOR EACH ROW
	WHEN ((OLD.kind, OLD.trigger, OLD.actor, OLD.state, OLD."full", OLD.reverts_run_id, OLD.superseded_by, OLD.same_as_run_id,
			OLD.seen_again_at, OLD.planned_at, OLD.applied_at, OLD.approval_reason, OLD.approved_by, OLD.guard, OLD.error, OLD.progress,
			OLD.added, OLD.removed, OLD.updated, OLD.moved, OLD.linked, OLD.unlinked, OLD.rejected, OLD.unchanged, OLD.skipped,
			OLD.problems, OLD.notes, OLD.waiting, OLD.suspect, OLD.reread, OLD.refreshed, OLD.created_at, OLD.started_at,
			OLD.finished_at, OLD.cancel_requested_at)
		IS DISTINCT FROM (NEW.kind, NEW.trigger, NEW.actor, NEW.state, NEW."full", NEW.reverts_run_id, NEW.superseded_by, NEW.same_as_run_id,
			NEW.seen_again_at, NEW.planned_at, NEW.applied_at, NEW.approval_reason, NEW.approved_by, NEW.guard, NEW.error, NEW.progress,
			NEW.added, NEW.removed, NEW.updated, NEW.moved, NEW.linked, NEW.unlinked, NEW.rejected, NEW.unchanged, NEW.skipped,
			NEW.problems, NEW.notes, NEW.waiting, NEW.suspect, NEW.reread, NEW.refreshed, NEW.created_at, NEW.started_at,
			NEW.finished_at, NEW.cancel_requested_at))
	EXECUTE FUNCTION eosync_notify_run();
--> statement-breakpoint
-- Of rows: a trigger for a statement also fires when it changed nothing, which each scan of a storage that answers is.
CREATE OR REPLACE TRIGGER storages_notify AFTER INSERT OR DELETE ON "storages" FOR EACH ROW EXECUTE FUNCTION eosync_notify_configuration();
--> statement-breakpoint
CREATE TRIGGER storages_notify_update AFTER UPDATE ON "storages" FOR EACH ROW
	WHEN ((OLD.name, OLD.type, OLD.config, OLD.sealed) IS DISTINCT FROM (NEW.name, NEW.type, NEW.config, NEW.sealed))
	EXECUTE FUNCTION eosync_notify_configuration();
--> statement-breakpoint
-- Whether a storage answers is no configuration: it is a matter of the containers with sources on it.
CREATE FUNCTION eosync_notify_reach() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('eosync_reach', NEW.id::text);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER storages_notify_reach AFTER UPDATE ON "storages" FOR EACH ROW
	WHEN ((OLD.unreachable_since, OLD.unreachable_reason) IS DISTINCT FROM (NEW.unreachable_since, NEW.unreachable_reason))
	EXECUTE FUNCTION eosync_notify_reach();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER settings_notify AFTER INSERT OR UPDATE OR DELETE ON "settings" FOR EACH ROW EXECUTE FUNCTION eosync_notify_configuration();
