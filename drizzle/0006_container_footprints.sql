CREATE TABLE "container_footprints" (
	"container_id" bigint NOT NULL,
	"key" uuid NOT NULL,
	"datasets" integer NOT NULL,
	"since" bigint NOT NULL,
	"merged" boolean DEFAULT false NOT NULL,
	"footprint" jsonb NOT NULL,
	CONSTRAINT "container_footprints_container_id_key_pk" PRIMARY KEY("container_id","key")
);
--> statement-breakpoint
ALTER TABLE "container_footprints" ADD CONSTRAINT "container_footprints_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "container_footprints_due" ON "container_footprints" USING btree ("container_id","since") WHERE not merged or datasets <= 0;
--> statement-breakpoint
-- What is there already is part of its container's footprint already.
INSERT INTO "container_footprints" ("container_id", "key", "datasets", "since", "merged", "footprint")
SELECT g.container_id, g.key, g.datasets, g.since, true, d.footprint FROM (
	SELECT cd.container_id, md5(d.footprint::text)::uuid AS key, count(*) AS datasets, min(d.id) AS since
	FROM container_datasets cd JOIN datasets d ON d.id = cd.dataset_id GROUP BY 1, 2
) g JOIN datasets d ON d.id = g.since;
--> statement-breakpoint
CREATE FUNCTION eosync_footprints_linked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO container_footprints AS f (container_id, key, datasets, since, footprint)
	SELECT g.container_id, g.key, g.datasets, g.since, d.footprint FROM (
		SELECT l.container_id, md5(d.footprint::text)::uuid AS key, count(*) AS datasets, min(d.id) AS since
		FROM linked l JOIN datasets d ON d.id = l.dataset_id GROUP BY 1, 2
	) g JOIN datasets d ON d.id = g.since
	ON CONFLICT (container_id, key) DO UPDATE SET datasets = f.datasets + excluded.datasets;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER container_datasets_footprints_linked AFTER INSERT ON "container_datasets"
	REFERENCING NEW TABLE AS linked FOR EACH STATEMENT EXECUTE FUNCTION eosync_footprints_linked();
--> statement-breakpoint
CREATE FUNCTION eosync_footprints_unlinked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE container_footprints f SET datasets = f.datasets - g.datasets FROM (
		SELECT l.container_id, md5(d.footprint::text)::uuid AS key, count(*) AS datasets
		FROM unlinked l JOIN datasets d ON d.id = l.dataset_id GROUP BY 1, 2
	) g WHERE f.container_id = g.container_id AND f.key = g.key;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER container_datasets_footprints_unlinked AFTER DELETE ON "container_datasets"
	REFERENCING OLD TABLE AS unlinked FOR EACH STATEMENT EXECUTE FUNCTION eosync_footprints_unlinked();
--> statement-breakpoint
CREATE FUNCTION eosync_footprints_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE container_footprints f SET datasets = f.datasets - 1 FROM container_datasets cd
	WHERE cd.dataset_id = OLD.id AND f.container_id = cd.container_id AND f.key = md5(OLD.footprint::text)::uuid;
	INSERT INTO container_footprints AS f (container_id, key, datasets, since, footprint)
	SELECT cd.container_id, md5(NEW.footprint::text)::uuid, 1, NEW.id, NEW.footprint
	FROM container_datasets cd WHERE cd.dataset_id = NEW.id
	ON CONFLICT (container_id, key) DO UPDATE SET datasets = f.datasets + 1;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER datasets_footprints_changed AFTER UPDATE ON "datasets" FOR EACH ROW
	WHEN (OLD.footprint IS DISTINCT FROM NEW.footprint) EXECUTE FUNCTION eosync_footprints_changed();
