CREATE TYPE "public"."stac_access" AS ENUM('off', 'token', 'public');--> statement-breakpoint
CREATE TYPE "public"."item_change_kind" AS ENUM('created', 'updated', 'removed', 'restored', 'republished', 'renamed');--> statement-breakpoint
CREATE TYPE "public"."item_removal_reason" AS ENUM('removed', 'unpublished', 'replaced');--> statement-breakpoint
CREATE TABLE "item_changes" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"container_id" bigint NOT NULL,
	"dataset_id" bigint,
	"eo_id" text,
	"kind" "item_change_kind" NOT NULL,
	"reason" "item_removal_reason",
	"etag" text,
	"bbox" "box",
	"run_id" bigint,
	"details" jsonb,
	CONSTRAINT "item_changes_removed_why" CHECK (("item_changes"."kind" = 'removed') = ("item_changes"."reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "item_log" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"epoch" uuid DEFAULT gen_random_uuid() NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"purged_to" bigint DEFAULT 0 NOT NULL,
	"served" text,
	CONSTRAINT "item_log_one" CHECK ("item_log"."id")
);
--> statement-breakpoint
CREATE TABLE "item_notes" (
	"datasets" bigint[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "items" (
	"dataset_id" bigint NOT NULL,
	"container_id" bigint NOT NULL,
	"eo_id" text NOT NULL,
	"begin_time" timestamp with time zone NOT NULL,
	"end_time" timestamp with time zone NOT NULL,
	"bbox" "box" NOT NULL,
	"etag" text NOT NULL,
	"seq" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "items_dataset_id_container_id_pk" PRIMARY KEY("dataset_id","container_id")
);
--> statement-breakpoint
CREATE TABLE "publication_fills" (
	"container_id" bigint PRIMARY KEY NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"total" integer,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"error" text
);
--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "publish_stac" "stac_access" DEFAULT 'off' NOT NULL;--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "publication_revision" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "publication_fills" ADD CONSTRAINT "publication_fills_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "item_changes_container" ON "item_changes" USING btree ("container_id","seq");--> statement-breakpoint
CREATE INDEX "item_changes_removed" ON "item_changes" USING btree ("container_id","eo_id","seq") WHERE kind = 'removed';--> statement-breakpoint
CREATE INDEX "items_time" ON "items" USING btree ("begin_time","dataset_id","container_id");--> statement-breakpoint
CREATE INDEX "items_container_time" ON "items" USING btree ("container_id","begin_time","dataset_id");--> statement-breakpoint
CREATE INDEX "items_bbox" ON "items" USING gist ("bbox");--> statement-breakpoint
CREATE INDEX "containers_published" ON "containers" USING btree ("id") WHERE publish_stac <> 'off';
--> statement-breakpoint
INSERT INTO "item_log" DEFAULT VALUES;
--> statement-breakpoint
-- Around a footprint's outer rings.
CREATE FUNCTION eosync_bbox(footprint jsonb) RETURNS box LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT box(point(max(lon), max(lat)), point(min(lon), min(lat))) FROM (
		SELECT (p->>0)::double precision AS lon, (p->>1)::double precision AS lat
		FROM jsonb_array_elements(footprint->'coordinates') polygon, jsonb_array_elements(polygon->0) p
	) points
$$;
--> statement-breakpoint
-- Whether the address of a dataset's files stands in its document. Else eosync serves them, under their names alone.
CREATE FUNCTION eosync_shows_paths(type storage_type, config jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT type::text IN ('s3', 'http') OR coalesce(config->>'href', '') <> ''
$$;
--> statement-breakpoint
-- What a dataset says: its state, and its files as far as a document names them.
CREATE FUNCTION eosync_said(state json, path text, files jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT md5(state::text || E'\n' || regexp_replace(path, '^.*/', '') || (
		SELECT coalesce(string_agg(E'\n' || (f->>'role') || ' ' || (f->>'size') || ' ' || coalesce(f->>'checksum', '') || ' ' || (f->>'name'), '' ORDER BY n), '')
		FROM jsonb_array_elements(files) WITH ORDINALITY AS a(f, n)))
$$;
--> statement-breakpoint
CREATE FUNCTION eosync_place(storage bigint, path text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT left(md5(storage || ' ' || path), 8)
$$;
--> statement-breakpoint
-- Makes the items of these datasets what they should be, and logs each difference: the one place that does. Returns how many entries.
-- Joins go by index, whatever the planner believes of tables that were empty a moment ago.
CREATE FUNCTION eosync_log_items(touched bigint[], of_run bigint) RETURNS bigint LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE
	before_these bigint;
	entries bigint;
	logged_at timestamptz;
BEGIN
	-- The last lock that its transaction takes. What others logged is committed then, and the statement below sees it.
	SELECT last_seq INTO before_these FROM item_log FOR UPDATE;
	logged_at := clock_timestamp();
	WITH asked AS MATERIALIZED (
		SELECT DISTINCT unnest(touched) AS id
	), pairs AS MATERIALIZED (
		SELECT cd.container_id, cd.dataset_id FROM asked a JOIN container_datasets cd ON cd.dataset_id = a.id
		UNION SELECT i.container_id, i.dataset_id FROM asked a JOIN items i ON i.dataset_id = a.id
	), judged AS MATERIALIZED (
		SELECT p.container_id, p.dataset_id, i.eo_id AS old_eo_id, i.etag AS old_etag, i.bbox AS old_bbox,
			v.id IS NOT NULL AS is_served, d.eo_id, d.begin_time, d.end_time, d.created_at, v.id AS version_id,
			eosync_said(v.state, d.path, v.files) AS said, eosync_place(d.storage_id, d.path) AS place,
			eosync_shows_paths(s.type, s.config) AS shows_place,
			coalesce(of_run, CASE WHEN d.updated_at = now() THEN d.changed_by_run END) AS run,
			CASE WHEN c.publish_stac = 'off' AND c.deleted_at IS NULL THEN 'unpublished' ELSE 'removed' END::item_removal_reason AS reason
		FROM pairs p LEFT JOIN items i ON i.dataset_id = p.dataset_id AND i.container_id = p.container_id
			LEFT JOIN containers c ON c.id = p.container_id
			LEFT JOIN datasets d ON d.id = p.dataset_id
			LEFT JOIN storages s ON s.id = d.storage_id
			LEFT JOIN container_datasets cd ON cd.dataset_id = p.dataset_id AND cd.container_id = p.container_id
			-- A dataset that 0.1 wrote has no version yet; it is served when it has got one.
			LEFT JOIN dataset_versions v ON v.id = d.version_id AND d.archived_at IS NULL AND cd.dataset_id IS NOT NULL
				AND c.publish_stac <> 'off' AND c.deleted_at IS NULL
	), differing AS MATERIALIZED (
		SELECT j.*, j.said || '.' || j.place AS etag,
			(SELECT eosync_bbox((v.state->'footprint')::jsonb) FROM dataset_versions v WHERE v.id = j.version_id) AS bbox
		FROM judged j WHERE CASE WHEN j.is_served
			THEN j.old_etag IS NULL OR j.old_eo_id <> j.eo_id OR split_part(j.old_etag, '.', 1) <> j.said
				OR (j.shows_place AND split_part(j.old_etag, '.', 2) <> j.place)
			ELSE j.old_etag IS NOT NULL END
	), lines AS (
		-- What goes comes first: an EO ID that one dataset gives up is another's then.
		SELECT 0 AS step, container_id, dataset_id, old_eo_id AS eo_id, 'removed'::item_change_kind AS kind,
			CASE WHEN is_served THEN 'replaced' ELSE reason END AS reason, old_etag AS etag, old_bbox AS bbox, run,
			CASE WHEN is_served THEN jsonb_build_object('by', eo_id) END AS details,
			begin_time, end_time, created_at, is_served
		FROM differing WHERE old_etag IS NOT NULL AND (NOT is_served OR old_eo_id <> eo_id)
		UNION ALL
		SELECT 1, container_id, dataset_id, eo_id,
			CASE WHEN old_eo_id = eo_id THEN 'updated'
				WHEN old_eo_id IS NULL AND (
					SELECT ch.reason FROM item_changes ch WHERE ch.container_id = w.container_id AND ch.eo_id = w.eo_id
						AND ch.kind = 'removed' AND ch.dataset_id = w.dataset_id ORDER BY ch.seq DESC LIMIT 1) = 'removed' THEN 'restored'
				ELSE 'created' END::item_change_kind,
			null, etag, bbox, run, CASE WHEN old_eo_id <> eo_id THEN jsonb_build_object('replaces', old_eo_id) END,
			begin_time, end_time, created_at, is_served
		FROM differing w WHERE is_served
	), numbered AS MATERIALIZED (
		SELECT before_these + row_number() OVER (ORDER BY step, container_id, dataset_id) AS seq, l.* FROM lines l
	), gone AS (
		DELETE FROM items i USING numbered n
		WHERE n.step = 0 AND NOT n.is_served AND i.dataset_id = n.dataset_id AND i.container_id = n.container_id
	), here AS (
		INSERT INTO items AS i (dataset_id, container_id, eo_id, begin_time, end_time, bbox, etag, seq, created_at, updated_at)
		SELECT dataset_id, container_id, eo_id, begin_time, end_time, bbox, etag, seq, created_at, logged_at FROM numbered WHERE step = 1
		ON CONFLICT (dataset_id, container_id) DO UPDATE SET eo_id = excluded.eo_id, begin_time = excluded.begin_time,
			end_time = excluded.end_time, bbox = excluded.bbox, etag = excluded.etag, seq = excluded.seq, updated_at = excluded.updated_at
	)
	INSERT INTO item_changes (seq, at, container_id, dataset_id, eo_id, kind, reason, etag, bbox, run_id, details)
	SELECT seq, logged_at, container_id, dataset_id, eo_id, kind, reason, etag, bbox, run, details FROM numbered;
	GET DIAGNOSTICS entries = ROW_COUNT;
	IF entries > 0 THEN
		UPDATE item_log SET last_seq = before_these + entries;
	END IF;
	RETURN entries;
END $$;
--> statement-breakpoint
-- Compares what a transaction touched, once, when all is written.
CREATE FUNCTION eosync_settle_items() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	ids bigint[];
BEGIN
	WITH mine AS (DELETE FROM item_notes RETURNING datasets)
	SELECT array_agg(DISTINCT d.id) INTO ids FROM mine, unnest(mine.datasets) AS d(id);
	IF ids IS NULL THEN
		RETURN NULL;
	END IF;
	BEGIN
		PERFORM eosync_log_items(ids, nullif(current_setting('eosync.run', true), '')::bigint);
	EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
		-- What others are told never fails a sync: it is tried again, and says so (Health, doctor).
		INSERT INTO publication_fills AS f (container_id, error)
		SELECT c.id, SQLERRM FROM containers c WHERE c.publish_stac <> 'off' AND (
			EXISTS (SELECT FROM container_datasets cd WHERE cd.container_id = c.id AND cd.dataset_id = ANY(ids))
			OR EXISTS (SELECT FROM items i WHERE i.container_id = c.id AND i.dataset_id = ANY(ids)))
		ON CONFLICT (container_id) DO UPDATE SET position = 0, done = 0, total = null, error = excluded.error, updated_at = now();
	END;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER item_notes_settle AFTER INSERT ON "item_notes" DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION eosync_settle_items();
--> statement-breakpoint
-- Each of these notes which datasets a statement touched that are, or may have to be, items. Where nothing is published they cost a look at two empty places.
CREATE FUNCTION eosync_note_linked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM containers WHERE publish_stac <> 'off') THEN
		INSERT INTO item_notes (datasets) SELECT array_agg(l.dataset_id) FROM linked l
		WHERE l.container_id IN (SELECT id FROM containers WHERE publish_stac <> 'off') HAVING count(*) > 0;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER container_datasets_note_linked AFTER INSERT ON "container_datasets"
	REFERENCING NEW TABLE AS linked FOR EACH STATEMENT EXECUTE FUNCTION eosync_note_linked();
--> statement-breakpoint
CREATE FUNCTION eosync_note_unlinked() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
	IF EXISTS (SELECT FROM items) THEN
		INSERT INTO item_notes (datasets) SELECT array_agg(u.dataset_id) FROM unlinked u
		WHERE (SELECT true FROM items i WHERE i.dataset_id = u.dataset_id AND i.container_id = u.container_id) HAVING count(*) > 0;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER container_datasets_note_unlinked AFTER DELETE ON "container_datasets"
	REFERENCING OLD TABLE AS unlinked FOR EACH STATEMENT EXECUTE FUNCTION eosync_note_unlinked();
--> statement-breakpoint
CREATE FUNCTION eosync_note_changed() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
	IF EXISTS (SELECT FROM containers WHERE publish_stac <> 'off') OR EXISTS (SELECT FROM items) THEN
		INSERT INTO item_notes (datasets) SELECT array_agg(b.id) FROM was w JOIN became b ON b.id = w.id
		WHERE (w.version_id, w.eo_id, w.storage_id, w.path, w.archived_at) IS DISTINCT FROM (b.version_id, b.eo_id, b.storage_id, b.path, b.archived_at)
			AND (w.version_id IS NULL OR (SELECT true FROM items i WHERE i.dataset_id = b.id LIMIT 1)) HAVING count(*) > 0;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER datasets_note_changed AFTER UPDATE ON "datasets"
	REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION eosync_note_changed();
--> statement-breakpoint
CREATE FUNCTION eosync_note_deleted() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
	IF EXISTS (SELECT FROM items) THEN
		INSERT INTO item_notes (datasets) SELECT array_agg(g.id) FROM gone g
		WHERE (SELECT true FROM items i WHERE i.dataset_id = g.id LIMIT 1) HAVING count(*) > 0;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER datasets_note_deleted AFTER DELETE ON "datasets"
	REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION eosync_note_deleted();
--> statement-breakpoint
CREATE FUNCTION eosync_note_files() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
	IF EXISTS (SELECT FROM items) THEN
		INSERT INTO item_notes (datasets) SELECT array_agg(b.dataset_id) FROM was w JOIN became b ON b.id = w.id
		WHERE w.files IS DISTINCT FROM b.files AND (SELECT true FROM items i WHERE i.dataset_id = b.dataset_id LIMIT 1) HAVING count(*) > 0;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER dataset_versions_note_files AFTER UPDATE ON "dataset_versions"
	REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION eosync_note_files();
--> statement-breakpoint
-- Another name, and another circle of readers, change all documents of a collection.
CREATE FUNCTION eosync_republish() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.publication_revision := OLD.publication_revision + 1;
	RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER containers_republish BEFORE UPDATE ON "containers" FOR EACH ROW
	WHEN (OLD.eo_id <> NEW.eo_id OR (OLD.publish_stac <> NEW.publish_stac AND OLD.publish_stac <> 'off' AND NEW.publish_stac <> 'off'))
	EXECUTE FUNCTION eosync_republish();
--> statement-breakpoint
CREATE FUNCTION eosync_log_collection(container bigint, what item_change_kind, more jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	number bigint;
BEGIN
	UPDATE item_log SET last_seq = last_seq + 1 RETURNING last_seq INTO number;
	INSERT INTO item_changes (seq, at, container_id, kind, details) VALUES (number, clock_timestamp(), container, what, more);
END $$;
--> statement-breakpoint
-- At the end of a transaction, as whoever logs something may wait for others then.
CREATE FUNCTION eosync_publication_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	old_name text := coalesce(OLD.deleted_eo_id, OLD.eo_id);
BEGIN
	IF (OLD.publish_stac = 'off') <> (NEW.publish_stac = 'off') THEN
		INSERT INTO publication_fills (container_id) VALUES (NEW.id)
		ON CONFLICT (container_id) DO UPDATE SET position = 0, done = 0, total = null, started_at = now(), updated_at = now(), error = null;
	END IF;
	IF OLD.publish_stac = 'off' OR NEW.publish_stac = 'off' OR NEW.deleted_at IS NOT NULL THEN
		RETURN NULL;
	END IF;
	IF old_name <> NEW.eo_id THEN
		PERFORM eosync_log_collection(NEW.id, 'renamed', jsonb_build_object('from', old_name, 'to', NEW.eo_id));
	ELSIF OLD.publication_revision <> NEW.publication_revision AND OLD.deleted_at IS NULL THEN
		PERFORM eosync_log_collection(NEW.id, 'republished', null);
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER containers_publication AFTER UPDATE ON "containers" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	WHEN (OLD.publish_stac <> NEW.publish_stac OR OLD.publication_revision <> NEW.publication_revision)
	EXECUTE FUNCTION eosync_publication_changed();
--> statement-breakpoint
-- Where the files of a storage are stands in the documents of all that lie on it. (How it is asked does not.)
CREATE FUNCTION eosync_storage_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	others bigint[];
BEGIN
	IF NOT EXISTS (SELECT FROM containers WHERE publish_stac <> 'off') THEN
		RETURN NULL;
	END IF;
	-- The catalogue's lock: this transaction is about to lock several containers, as one that applies a run does.
	PERFORM pg_advisory_xact_lock(1701802873);
	SELECT array_agg(c.id) INTO others FROM containers c WHERE c.publish_stac <> 'off' AND c.deleted_at IS NULL AND (
		EXISTS (SELECT FROM sources s WHERE s.container_id = c.id AND NEW.id IN (s.storage_id, s.metadata_storage_id))
		OR EXISTS (SELECT FROM container_datasets cd JOIN datasets d ON d.id = cd.dataset_id
			WHERE cd.container_id = c.id AND cd.source_id IS NULL AND d.storage_id = NEW.id));
	UPDATE containers SET publication_revision = publication_revision + 1 WHERE id = ANY(others);
	IF eosync_shows_paths(OLD.type, OLD.config) <> eosync_shows_paths(NEW.type, NEW.config) THEN
		INSERT INTO publication_fills (container_id) SELECT unnest(others)
		ON CONFLICT (container_id) DO UPDATE SET position = 0, done = 0, total = null, started_at = now(), updated_at = now(), error = null;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER storages_publication AFTER UPDATE ON "storages" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	WHEN (OLD.type <> NEW.type OR OLD.name <> NEW.name
		OR OLD.config - '{hours,timeZone,parallel,requestsPerSecond,timeout,list,listPrefix}'::text[] IS DISTINCT FROM NEW.config - '{hours,timeZone,parallel,requestsPerSecond,timeout,list,listPrefix}'::text[])
	EXECUTE FUNCTION eosync_storage_changed();
