ALTER TABLE "dataset_versions" ADD COLUMN "bbox" "box";--> statement-breakpoint
CREATE INDEX "dataset_versions_bbox" ON "dataset_versions" USING gist ("bbox");--> statement-breakpoint
CREATE INDEX "datasets_time" ON "datasets" USING btree ("begin_time","id") WHERE archived_at is null;--> statement-breakpoint
CREATE INDEX "datasets_duration" ON "datasets" USING btree ((end_time - begin_time)) WHERE archived_at is null;--> statement-breakpoint
CREATE INDEX "items_duration" ON "items" USING btree ((end_time - begin_time));
--> statement-breakpoint
-- Whoever writes a version without its cell or box: a worker of an earlier version, and what takes states of 0.1 over.
CREATE OR REPLACE FUNCTION eosync_place_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	footprint jsonb := NEW.state->'footprint';
BEGIN
	NEW.cell := coalesce(NEW.cell, eosync_cell(footprint));
	NEW.bbox := coalesce(NEW.bbox, eosync_bbox(footprint));
	RETURN NEW;
END $$;
--> statement-breakpoint
DROP TRIGGER dataset_versions_placed ON "dataset_versions";
--> statement-breakpoint
CREATE TRIGGER dataset_versions_placed BEFORE INSERT ON "dataset_versions" FOR EACH ROW
	WHEN (NEW.cell IS NULL OR NEW.bbox IS NULL) EXECUTE FUNCTION eosync_place_version();
