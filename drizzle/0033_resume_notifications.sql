-- When a run that was handed back goes on is on its page.
CREATE TRIGGER runs_notify_resume AFTER UPDATE ON "runs" FOR EACH ROW
	WHEN ((OLD.resume_at, OLD.despite_pause) IS DISTINCT FROM (NEW.resume_at, NEW.despite_pause))
	EXECUTE FUNCTION eosync_notify_run();
