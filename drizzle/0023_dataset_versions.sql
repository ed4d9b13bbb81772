CREATE TABLE "dataset_lives" (
	"dataset_id" bigint PRIMARY KEY NOT NULL,
	"eo_id" text NOT NULL,
	"storage" text NOT NULL,
	"path" text NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	"added_by_run" bigint,
	"removed_at" timestamp with time zone NOT NULL,
	"removed_by_run" bigint
);
--> statement-breakpoint
CREATE TABLE "dataset_versions" (
	"id" bigint PRIMARY KEY DEFAULT nextval('changes_id_seq') NOT NULL,
	"dataset_id" bigint NOT NULL,
	"run_id" bigint,
	"begin_time" timestamp with time zone NOT NULL,
	"end_time" timestamp with time zone NOT NULL,
	"footprint_key" uuid NOT NULL,
	"state" json NOT NULL,
	"files" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "datasets" DROP CONSTRAINT "datasets_grid_by_kind";--> statement-breakpoint
ALTER TABLE "container_footprints" ALTER COLUMN "footprint" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ALTER COLUMN "kind" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ALTER COLUMN "files" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ALTER COLUMN "size_x" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ALTER COLUMN "size_y" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ALTER COLUMN "crs" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ALTER COLUMN "footprint" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ALTER COLUMN "range_type" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ALTER COLUMN "bands" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ALTER COLUMN "properties" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "datasets" ALTER COLUMN "properties" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "dataset_insertions" ADD COLUMN "last_id" bigint;--> statement-breakpoint
ALTER TABLE "datasets" ADD COLUMN "version_id" bigint;--> statement-breakpoint
ALTER TABLE "datasets" ADD COLUMN "added_by_run" bigint;--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "before_version" bigint;--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "after_version" bigint;--> statement-breakpoint
CREATE INDEX "dataset_lives_eo_id" ON "dataset_lives" USING btree ("eo_id");--> statement-breakpoint
CREATE INDEX "dataset_versions_dataset" ON "dataset_versions" USING btree ("dataset_id");--> statement-breakpoint
-- What is there satisfies it: it need not be looked at.
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_have_a_state" CHECK ("datasets"."version_id" is not null or ("datasets"."files", "datasets"."kind", "datasets"."size_x", "datasets"."size_y", "datasets"."crs", "datasets"."footprint", "datasets"."range_type", "datasets"."bands") is not null) NOT VALID;--> statement-breakpoint
-- What is there satisfies it: it need not be looked at.
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_grid_by_kind" CHECK ("datasets"."version_id" is not null or case "datasets"."kind" when 'rectified' then coalesce(cardinality("datasets"."extent") = 4 and "datasets"."gcps" is null, false) else "datasets"."extent" is null and "datasets"."gcps" is not null end) NOT VALID;
--> statement-breakpoint
-- Ids of new datasets are given out when their files are read: what a statement inserts is told by its rows.
DROP TRIGGER datasets_insertion_noted ON "datasets";
--> statement-breakpoint
CREATE OR REPLACE FUNCTION eosync_note_insertion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO dataset_insertions (first_id, last_id) SELECT min(id), max(id) FROM inserted HAVING count(*) > 0;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER datasets_insertion_noted AFTER INSERT ON "datasets"
	REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION eosync_note_insertion();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION eosync_inserted_are_contained() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ghost bigint;
BEGIN
	DELETE FROM dataset_insertions WHERE first_id = NEW.first_id;
	SELECT d.id INTO ghost FROM datasets d
		WHERE d.id >= NEW.first_id AND (NEW.last_id IS NULL OR d.id <= NEW.last_id) AND d.archived_at IS NULL
			AND NOT EXISTS (SELECT FROM container_datasets cd WHERE cd.dataset_id = d.id) LIMIT 1;
	IF FOUND THEN
		PERFORM eosync_require_container(ghost);
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
-- A dataset's footprint stands in its version, under a key; of one without a version in its own row.
CREATE OR REPLACE FUNCTION eosync_footprints_linked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO container_footprints AS f (container_id, key, datasets, since, footprint)
	SELECT g.container_id, g.key, g.datasets, g.since, d.footprint FROM (
		SELECT l.container_id, coalesce(v.footprint_key, md5(d.footprint::text)::uuid) AS key, count(*) AS datasets, min(d.id) AS since
		FROM linked l JOIN datasets d ON d.id = l.dataset_id LEFT JOIN dataset_versions v ON v.id = d.version_id GROUP BY 1, 2
	) g JOIN datasets d ON d.id = g.since
	ON CONFLICT (container_id, key) DO UPDATE SET datasets = f.datasets + excluded.datasets;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION eosync_footprints_unlinked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE container_footprints f SET datasets = f.datasets - g.datasets FROM (
		SELECT l.container_id, coalesce(v.footprint_key, md5(d.footprint::text)::uuid) AS key, count(*) AS datasets
		FROM unlinked l JOIN datasets d ON d.id = l.dataset_id LEFT JOIN dataset_versions v ON v.id = d.version_id GROUP BY 1, 2
	) g WHERE f.container_id = g.container_id AND f.key = g.key;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION eosync_footprints_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	old_key uuid := coalesce((SELECT footprint_key FROM dataset_versions WHERE id = OLD.version_id), md5(OLD.footprint::text)::uuid);
	new_key uuid := coalesce((SELECT footprint_key FROM dataset_versions WHERE id = NEW.version_id), md5(NEW.footprint::text)::uuid);
BEGIN
	IF OLD.version_id <> NEW.version_id THEN
		PERFORM eosync_forget_versions(ARRAY[OLD.version_id]);
	END IF;
	IF old_key = new_key THEN
		RETURN NULL;
	END IF;
	UPDATE container_footprints f SET datasets = f.datasets - 1 FROM container_datasets cd
	WHERE cd.dataset_id = OLD.id AND f.container_id = cd.container_id AND f.key = old_key;
	INSERT INTO container_footprints AS f (container_id, key, datasets, since, footprint)
	SELECT cd.container_id, new_key, 1, NEW.id, NEW.footprint
	FROM container_datasets cd WHERE cd.dataset_id = NEW.id
	ON CONFLICT (container_id, key) DO UPDATE SET datasets = f.datasets + 1;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER datasets_footprints_changed AFTER UPDATE ON "datasets" FOR EACH ROW
	WHEN (OLD.version_id IS DISTINCT FROM NEW.version_id OR OLD.footprint IS DISTINCT FROM NEW.footprint)
	EXECUTE FUNCTION eosync_footprints_changed();
--> statement-breakpoint
-- The one rule of retention: of these versions those go that no dataset is in and no change names. All that names a version is the
-- change that read it, whose id it has, and changes of its dataset.
CREATE FUNCTION eosync_forget_versions(candidates bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM dataset_versions v WHERE v.id = ANY(candidates)
		AND NOT EXISTS (SELECT FROM datasets d WHERE d.id = v.dataset_id AND d.version_id = v.id)
		AND NOT EXISTS (SELECT FROM changes c WHERE c.id = v.id AND c.after_version = v.id)
		AND NOT EXISTS (SELECT FROM changes c WHERE c.dataset_id = v.dataset_id AND (c.before_version = v.id OR c.after_version = v.id));
END $$;
--> statement-breakpoint
CREATE FUNCTION eosync_versions_of_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM eosync_forget_versions(array(
		SELECT before_version FROM gone WHERE before_version IS NOT NULL
		UNION SELECT after_version FROM gone WHERE after_version IS NOT NULL
		UNION SELECT id FROM gone));
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER changes_versions AFTER DELETE ON "changes"
	REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION eosync_versions_of_changes();
--> statement-breakpoint
CREATE FUNCTION eosync_versions_of_datasets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM eosync_forget_versions(array(SELECT v.id FROM gone JOIN dataset_versions v ON v.dataset_id = gone.id));
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER datasets_versions AFTER DELETE ON "datasets"
	REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION eosync_versions_of_datasets();
