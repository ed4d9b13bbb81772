ALTER TABLE "container_footprints" DROP CONSTRAINT "container_footprints_container_id_containers_id_fk";
--> statement-breakpoint
ALTER TABLE "container_cells" DROP CONSTRAINT "container_cells_container_id_container_totals_container_id_fk";
--> statement-breakpoint
ALTER TABLE "container_days" DROP CONSTRAINT "container_days_container_id_container_totals_container_id_fk";
--> statement-breakpoint
ALTER TABLE "run_cells" DROP CONSTRAINT "run_cells_run_id_run_roll_ups_run_id_fk";
--> statement-breakpoint
ALTER TABLE "run_days" DROP CONSTRAINT "run_days_run_id_run_roll_ups_run_id_fk";
--> statement-breakpoint
ALTER TABLE "run_folders" DROP CONSTRAINT "run_folders_run_id_run_roll_ups_run_id_fk";

--> statement-breakpoint
-- What foreign keys did: counts go with what they are of.
CREATE FUNCTION eosync_forget_footprints() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM container_footprints f USING gone g WHERE f.container_id = g.id;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER containers_footprints_gone AFTER DELETE ON "containers"
	REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION eosync_forget_footprints();
--> statement-breakpoint
CREATE FUNCTION eosync_forget_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM container_days d USING gone g WHERE d.container_id = g.container_id;
	DELETE FROM container_cells c USING gone g WHERE c.container_id = g.container_id;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER container_totals_gone AFTER DELETE ON "container_totals"
	REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION eosync_forget_totals();
--> statement-breakpoint
CREATE FUNCTION eosync_forget_roll_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM run_folders f USING gone g WHERE f.run_id = g.run_id;
	DELETE FROM run_days d USING gone g WHERE d.run_id = g.run_id;
	DELETE FROM run_cells c USING gone g WHERE c.run_id = g.run_id;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER run_roll_ups_gone AFTER DELETE ON "run_roll_ups"
	REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION eosync_forget_roll_up();
--> statement-breakpoint
-- And what TRUNCATE ... CASCADE took by those keys.
CREATE FUNCTION eosync_forget_all_footprints() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM container_footprints;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER containers_emptied AFTER TRUNCATE ON "containers"
	FOR EACH STATEMENT EXECUTE FUNCTION eosync_forget_all_footprints();
--> statement-breakpoint
CREATE FUNCTION eosync_forget_all_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM container_days;
	DELETE FROM container_cells;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER container_totals_emptied AFTER TRUNCATE ON "container_totals"
	FOR EACH STATEMENT EXECUTE FUNCTION eosync_forget_all_totals();
--> statement-breakpoint
CREATE FUNCTION eosync_forget_all_roll_ups() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM run_folders;
	DELETE FROM run_days;
	DELETE FROM run_cells;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER run_roll_ups_emptied AFTER TRUNCATE ON "run_roll_ups"
	FOR EACH STATEMENT EXECUTE FUNCTION eosync_forget_all_roll_ups();
