CREATE TYPE "public"."target_difference_class" AS ENUM('created', 'updated', 'removed', 'same', 'differs', 'differs (adopted)', 'changed there', 'missing', 'foreign', 'conflict', 'gone', 'adopted');--> statement-breakpoint
CREATE TYPE "public"."target_object_kind" AS ENUM('coverage', 'series', 'mosaic');--> statement-breakpoint
CREATE TYPE "public"."target_object_state" AS ENUM('same', 'differs (adopted)', 'changed there', 'conflict');--> statement-breakpoint
CREATE TYPE "public"."target_push_kind" AS ENUM('push', 'check', 'adopt');--> statement-breakpoint
CREATE TYPE "public"."target_push_state" AS ENUM('queued', 'running', 'held', 'succeeded', 'failed', 'cancelled');--> statement-breakpoint
CREATE TYPE "public"."target_type" AS ENUM('eoxserver');--> statement-breakpoint
CREATE TABLE "target_containers" (
	"target_id" bigint NOT NULL,
	"container_id" bigint NOT NULL,
	CONSTRAINT "target_containers_target_id_container_id_pk" PRIMARY KEY("target_id","container_id")
);
--> statement-breakpoint
CREATE TABLE "target_differences" (
	"push_id" bigint NOT NULL,
	"number" integer NOT NULL,
	"class" "target_difference_class" NOT NULL,
	"kind" "target_object_kind" NOT NULL,
	"identifier" text NOT NULL,
	"eo_id" text,
	"dataset_id" bigint,
	"container_id" bigint,
	"target_pk" bigint,
	"fields" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"message" text,
	CONSTRAINT "target_differences_push_id_number_pk" PRIMARY KEY("push_id","number")
);
--> statement-breakpoint
CREATE TABLE "target_notes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "target_notes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"target_id" bigint NOT NULL,
	"datasets" bigint[] DEFAULT '{}' NOT NULL,
	"container_id" bigint,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "target_objects" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "target_objects_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"target_id" bigint NOT NULL,
	"kind" "target_object_kind" NOT NULL,
	"dataset_id" bigint,
	"container_id" bigint,
	"part" text DEFAULT '' NOT NULL,
	"identifier" text NOT NULL,
	"target_pk" bigint,
	"written" jsonb,
	"desired" jsonb,
	"differing" text[] DEFAULT '{}' NOT NULL,
	"adopted" boolean DEFAULT false NOT NULL,
	"state" "target_object_state" DEFAULT 'same' NOT NULL,
	"message" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "target_objects_of_one" CHECK (("target_objects"."dataset_id" is null) <> ("target_objects"."container_id" is null)),
	CONSTRAINT "target_objects_written" CHECK (("target_objects"."target_pk" is null) = ("target_objects"."written" is null))
);
--> statement-breakpoint
CREATE TABLE "target_pushes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "target_pushes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"target_id" bigint NOT NULL,
	"kind" "target_push_kind" NOT NULL,
	"state" "target_push_state" DEFAULT 'queued' NOT NULL,
	"requested_by" text,
	"reason" text,
	"approved_by" text,
	"approval_reason" text,
	"overwrite" boolean DEFAULT false NOT NULL,
	"counts" jsonb,
	"progress" jsonb,
	"error" text,
	"cancel_requested_at" timestamp with time zone,
	"owner" text,
	"lease_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "targets" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "targets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"type" "target_type" NOT NULL,
	"url" text NOT NULL,
	"sealed" text,
	"settings" jsonb NOT NULL,
	"all_containers" boolean DEFAULT true NOT NULL,
	"compare_all" boolean DEFAULT true NOT NULL,
	"file_keys" text[],
	"paused_at" timestamp with time zone,
	"paused_until" timestamp with time zone,
	"paused_by" text,
	"pause_note" text,
	"pushed_at" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"last_error" text,
	"last_error_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "targets_name_unique" UNIQUE("name"),
	CONSTRAINT "targets_name_not_empty" CHECK ("targets"."name" <> '')
);
--> statement-breakpoint
ALTER TABLE "target_containers" ADD CONSTRAINT "target_containers_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "target_containers" ADD CONSTRAINT "target_containers_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "target_differences" ADD CONSTRAINT "target_differences_push_id_target_pushes_id_fk" FOREIGN KEY ("push_id") REFERENCES "public"."target_pushes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "target_notes" ADD CONSTRAINT "target_notes_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "target_objects" ADD CONSTRAINT "target_objects_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "target_pushes" ADD CONSTRAINT "target_pushes_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "target_containers_container" ON "target_containers" USING btree ("container_id");--> statement-breakpoint
CREATE INDEX "target_differences_class" ON "target_differences" USING btree ("push_id","class","number");--> statement-breakpoint
CREATE INDEX "target_notes_target" ON "target_notes" USING btree ("target_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "target_objects_dataset" ON "target_objects" USING btree ("target_id","dataset_id","kind","part") WHERE dataset_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "target_objects_container" ON "target_objects" USING btree ("target_id","container_id") WHERE container_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "target_objects_pk" ON "target_objects" USING btree ("target_id","target_pk") WHERE target_pk is not null;--> statement-breakpoint
CREATE INDEX "target_objects_identifier" ON "target_objects" USING btree ("target_id","identifier");--> statement-breakpoint
CREATE INDEX "target_objects_dataset_only" ON "target_objects" USING btree ("dataset_id") WHERE dataset_id is not null;--> statement-breakpoint
CREATE INDEX "target_objects_open" ON "target_objects" USING btree ("target_id","id") WHERE state <> 'same';--> statement-breakpoint
CREATE INDEX "target_pushes_target" ON "target_pushes" USING btree ("target_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "target_pushes_one_at_work" ON "target_pushes" USING btree ("target_id") WHERE state = 'running';--> statement-breakpoint
-- Notes that these datasets are to be compared with a target, at most 5,000 a row: the portion of a push.
CREATE FUNCTION eosync_note_target(target bigint, ids bigint[]) RETURNS void LANGUAGE sql AS $$
	INSERT INTO target_notes (target_id, datasets)
	SELECT target, array_agg(id ORDER BY id) FROM (
		SELECT id, (row_number() OVER (ORDER BY id) - 1) / 5000 AS portion FROM (SELECT DISTINCT unnest(ids) AS id) each
	) numbered GROUP BY portion ORDER BY portion
$$;
--> statement-breakpoint
CREATE FUNCTION eosync_target_has(target bigint, container bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM targets t WHERE t.id = target AND (t.all_containers OR EXISTS (
		SELECT FROM target_containers tc WHERE tc.target_id = t.id AND tc.container_id = container)))
$$;
--> statement-breakpoint
-- Notes a container, and all datasets that are in it.
CREATE FUNCTION eosync_note_target_container(target bigint, container bigint) RETURNS void LANGUAGE sql AS $$
	INSERT INTO target_notes (target_id, container_id) VALUES (target, container);
	SELECT eosync_note_target(target, (SELECT array_agg(dataset_id) FROM container_datasets WHERE container_id = container));
$$;
--> statement-breakpoint
-- Notes all that a target has, or should have: after its settings changed, or nobody knows what was missed.
CREATE FUNCTION eosync_note_whole_target(target bigint) RETURNS void LANGUAGE sql AS $$
	DELETE FROM target_notes WHERE target_id = target;
	INSERT INTO target_notes (target_id, container_id)
	SELECT target, c.id FROM containers c WHERE c.deleted_at IS NULL AND eosync_target_has(target, c.id)
	UNION SELECT target, container_id FROM target_objects WHERE target_id = target AND container_id IS NOT NULL;
	SELECT eosync_note_target(target, (SELECT array_agg(id) FROM (
		SELECT cd.dataset_id AS id FROM container_datasets cd
		WHERE cd.container_id IN (SELECT c.id FROM containers c WHERE eosync_target_has(target, c.id))
		UNION SELECT dataset_id FROM target_objects WHERE target_id = target AND dataset_id IS NOT NULL) each));
$$;
--> statement-breakpoint
-- Each of these notes, for the targets that have a container, what a statement touched of it. Where there is no target they cost a look at an empty place.
CREATE FUNCTION eosync_target_linked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM targets) THEN
		PERFORM eosync_note_target(t.id, (SELECT array_agg(l.dataset_id) FROM linked l WHERE l.container_id = ANY(served.ids)))
		FROM targets t CROSS JOIN LATERAL (
			SELECT array_agg(c.container_id) AS ids FROM (SELECT DISTINCT container_id FROM linked) c WHERE eosync_target_has(t.id, c.container_id)
		) served WHERE served.ids IS NOT NULL;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER container_datasets_target_linked AFTER INSERT ON "container_datasets"
	REFERENCING NEW TABLE AS linked FOR EACH STATEMENT EXECUTE FUNCTION eosync_target_linked();
--> statement-breakpoint
CREATE TRIGGER container_datasets_target_unlinked AFTER DELETE ON "container_datasets"
	REFERENCING OLD TABLE AS linked FOR EACH STATEMENT EXECUTE FUNCTION eosync_target_linked();
--> statement-breakpoint
CREATE FUNCTION eosync_note_targets_of(ids bigint[]) RETURNS void LANGUAGE sql SET enable_seqscan = off AS $$
	SELECT eosync_note_target(t.id, CASE WHEN t.all_containers THEN ids ELSE (
		SELECT array_agg(cd.dataset_id) FROM unnest(ids) AS touched(id) JOIN container_datasets cd ON cd.dataset_id = touched.id
			JOIN target_containers tc ON tc.container_id = cd.container_id AND tc.target_id = t.id) END)
	FROM targets t
$$;
--> statement-breakpoint
CREATE FUNCTION eosync_target_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	ids bigint[];
BEGIN
	IF EXISTS (SELECT FROM targets) THEN
		SELECT array_agg(b.id) INTO ids FROM was w JOIN became b ON b.id = w.id
		WHERE (w.version_id, w.eo_id, w.storage_id, w.path, w.archived_at) IS DISTINCT FROM (b.version_id, b.eo_id, b.storage_id, b.path, b.archived_at);
		IF ids IS NOT NULL THEN
			PERFORM eosync_note_targets_of(ids);
		END IF;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER datasets_target_changed AFTER UPDATE ON "datasets"
	REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION eosync_target_changed();
--> statement-breakpoint
-- Which files belong to a dataset, not when they were touched.
CREATE FUNCTION eosync_target_files() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	ids bigint[];
BEGIN
	IF EXISTS (SELECT FROM targets) THEN
		SELECT array_agg(b.dataset_id) INTO ids FROM was w JOIN became b ON b.id = w.id
		WHERE w.files IS DISTINCT FROM b.files AND (SELECT string_agg((f->>'role') || ' ' || (f->>'name'), E'\n' ORDER BY n) FROM jsonb_array_elements(w.files) WITH ORDINALITY AS a(f, n))
			IS DISTINCT FROM (SELECT string_agg((f->>'role') || ' ' || (f->>'name'), E'\n' ORDER BY n) FROM jsonb_array_elements(b.files) WITH ORDINALITY AS a(f, n));
		IF ids IS NOT NULL THEN
			PERFORM eosync_note_targets_of(ids);
		END IF;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER dataset_versions_target_files AFTER UPDATE ON "dataset_versions"
	REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION eosync_target_files();
--> statement-breakpoint
CREATE FUNCTION eosync_target_container() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		INSERT INTO target_notes (target_id, container_id) SELECT target_id, OLD.id FROM target_objects WHERE container_id = OLD.id;
	ELSIF TG_OP = 'UPDATE' AND OLD.deleted_at IS DISTINCT FROM NEW.deleted_at THEN
		PERFORM eosync_note_target_container(t.id, NEW.id) FROM targets t WHERE eosync_target_has(t.id, NEW.id);
	ELSE
		INSERT INTO target_notes (target_id, container_id) SELECT t.id, NEW.id FROM targets t WHERE eosync_target_has(t.id, NEW.id);
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER containers_target_created AFTER INSERT ON "containers" FOR EACH ROW EXECUTE FUNCTION eosync_target_container();
--> statement-breakpoint
CREATE TRIGGER containers_target_deleted AFTER DELETE ON "containers" FOR EACH ROW EXECUTE FUNCTION eosync_target_container();
--> statement-breakpoint
CREATE TRIGGER containers_target_changed AFTER UPDATE OF eo_id, deleted_at, begin_time, end_time, footprint, mosaic_grid, mosaic_range_type, mosaic_bands
	ON "containers" FOR EACH ROW
	WHEN ((OLD.eo_id, OLD.deleted_at, OLD.begin_time, OLD.end_time, OLD.footprint, OLD.mosaic_grid, OLD.mosaic_range_type, OLD.mosaic_bands)
		IS DISTINCT FROM (NEW.eo_id, NEW.deleted_at, NEW.begin_time, NEW.end_time, NEW.footprint, NEW.mosaic_grid, NEW.mosaic_range_type, NEW.mosaic_bands))
	EXECUTE FUNCTION eosync_target_container();
--> statement-breakpoint
-- Where a target finds the files of a storage. (How it is asked is no matter.)
CREATE FUNCTION eosync_target_storage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM targets) THEN
		PERFORM eosync_note_targets_of((SELECT array_agg(d.id) FROM datasets d WHERE d.storage_id = NEW.id AND d.archived_at IS NULL));
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER storages_target_changed AFTER UPDATE OF name, type, config ON "storages" FOR EACH ROW
	WHEN ((OLD.name, OLD.type, OLD.config - '{hours,timeZone,parallel,requestsPerSecond,timeout,list,listPrefix,coverage,href,sign,hostKey}'::text[])
		IS DISTINCT FROM (NEW.name, NEW.type, NEW.config - '{hours,timeZone,parallel,requestsPerSecond,timeout,list,listPrefix,coverage,href,sign,hostKey}'::text[]))
	EXECUTE FUNCTION eosync_target_storage();
--> statement-breakpoint
-- Workers that wait for something to push.
CREATE FUNCTION eosync_target_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NOTIFY eosync_targets;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER target_notes_noted AFTER INSERT ON "target_notes" FOR EACH STATEMENT EXECUTE FUNCTION eosync_target_noted();
