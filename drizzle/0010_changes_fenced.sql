ALTER TABLE "changes" DROP CONSTRAINT "changes_run_id_runs_id_fk";
--> statement-breakpoint
CREATE FUNCTION eosync_changes_of_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM changes c USING gone WHERE c.run_id = gone.id;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER runs_changes AFTER DELETE ON "runs"
	REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION eosync_changes_of_runs();
