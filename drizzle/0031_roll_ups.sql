CREATE TABLE "container_cells" (
	"container_id" bigint NOT NULL,
	"cell" integer NOT NULL,
	"datasets" integer NOT NULL,
	CONSTRAINT "container_cells_container_id_cell_pk" PRIMARY KEY("container_id","cell")
);
--> statement-breakpoint
CREATE TABLE "container_days" (
	"container_id" bigint NOT NULL,
	"day" date NOT NULL,
	"datasets" integer NOT NULL,
	CONSTRAINT "container_days_container_id_day_pk" PRIMARY KEY("container_id","day")
);
--> statement-breakpoint
CREATE TABLE "container_totals" (
	"container_id" bigint PRIMARY KEY NOT NULL,
	"bytes" bigint DEFAULT 0 NOT NULL,
	"rejections" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_cells" (
	"run_id" bigint NOT NULL,
	"action" "change_action" NOT NULL,
	"cell" integer NOT NULL,
	"changes" integer NOT NULL,
	"left_out" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "run_cells_run_id_cell_action_pk" PRIMARY KEY("run_id","cell","action")
);
--> statement-breakpoint
CREATE TABLE "run_days" (
	"run_id" bigint NOT NULL,
	"action" "change_action" NOT NULL,
	"day" date NOT NULL,
	"changes" integer NOT NULL,
	"left_out" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "run_days_run_id_day_action_pk" PRIMARY KEY("run_id","day","action")
);
--> statement-breakpoint
CREATE TABLE "run_folders" (
	"run_id" bigint NOT NULL,
	"action" "change_action" NOT NULL,
	"directory" text NOT NULL,
	"changes" integer NOT NULL,
	"left_out" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "run_folders_run_id_directory_action_pk" PRIMARY KEY("run_id","directory","action")
);
--> statement-breakpoint
CREATE TABLE "run_roll_ups" (
	"run_id" bigint PRIMARY KEY NOT NULL,
	"folder_depth" integer
);
--> statement-breakpoint
ALTER TABLE "dataset_versions" ADD COLUMN "cell" integer;--> statement-breakpoint
ALTER TABLE "container_cells" ADD CONSTRAINT "container_cells_container_id_container_totals_container_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."container_totals"("container_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "container_days" ADD CONSTRAINT "container_days_container_id_container_totals_container_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."container_totals"("container_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "container_totals" ADD CONSTRAINT "container_totals_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_cells" ADD CONSTRAINT "run_cells_run_id_run_roll_ups_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."run_roll_ups"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_days" ADD CONSTRAINT "run_days_run_id_run_roll_ups_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."run_roll_ups"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_folders" ADD CONSTRAINT "run_folders_run_id_run_roll_ups_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."run_roll_ups"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_roll_ups" ADD CONSTRAINT "run_roll_ups_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- As `cellOf` of lib/metadata/geometry/cell.ts says it.
CREATE FUNCTION eosync_cell(footprint jsonb) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT least(179, greatest(0, floor((min(lat) + max(lat)) / 2 + 90)))::integer * 360
		+ least(359, greatest(0, floor((min(lon) + max(lon)) / 2 + 180)))::integer
	FROM (
		SELECT (p->>0)::double precision AS lon, (p->>1)::double precision AS lat
		FROM jsonb_array_elements(footprint #> '{coordinates,0,0}') p
	) points
$$;
--> statement-breakpoint
-- The size of a dataset's files.
CREATE FUNCTION eosync_bytes(files jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT coalesce(sum((f->>'size')::bigint), 0)::bigint FROM jsonb_array_elements(files) f
$$;
--> statement-breakpoint
-- Whoever writes a version without its cell: a worker of an earlier version, and what takes states of 0.1 over.
CREATE FUNCTION eosync_place_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.cell := eosync_cell((NEW.state->'footprint')::jsonb);
	RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER dataset_versions_placed BEFORE INSERT ON "dataset_versions" FOR EACH ROW
	WHEN (NEW.cell IS NULL) EXECUTE FUNCTION eosync_place_version();
--> statement-breakpoint
-- Adds to the counts of containers that are rolled up; a cell without datasets has no row.
CREATE FUNCTION eosync_add_cells(containers bigint[], cells integer[], numbers bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	WITH delta AS MATERIALIZED (
		SELECT a.container, a.key, a.n FROM unnest(containers, cells, numbers) AS a(container, key, n)
		JOIN container_totals t ON t.container_id = a.container WHERE a.key IS NOT NULL AND a.n <> 0
	), gone AS (
		DELETE FROM container_cells c USING delta x
		WHERE x.n < 0 AND c.container_id = x.container AND c.cell = x.key AND c.datasets + x.n <= 0
	), fewer AS (
		UPDATE container_cells c SET datasets = c.datasets + x.n FROM delta x
		WHERE x.n < 0 AND c.container_id = x.container AND c.cell = x.key AND c.datasets + x.n > 0
	)
	INSERT INTO container_cells AS c (container_id, cell, datasets) SELECT x.container, x.key, x.n FROM delta x WHERE x.n > 0
	ON CONFLICT (container_id, cell) DO UPDATE SET datasets = c.datasets + excluded.datasets;
END $$;
--> statement-breakpoint
CREATE FUNCTION eosync_add_days(containers bigint[], days date[], numbers bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	WITH delta AS MATERIALIZED (
		SELECT a.container, a.key, a.n FROM unnest(containers, days, numbers) AS a(container, key, n)
		JOIN container_totals t ON t.container_id = a.container WHERE a.key IS NOT NULL AND a.n <> 0
	), gone AS (
		DELETE FROM container_days c USING delta x
		WHERE x.n < 0 AND c.container_id = x.container AND c.day = x.key AND c.datasets + x.n <= 0
	), fewer AS (
		UPDATE container_days c SET datasets = c.datasets + x.n FROM delta x
		WHERE x.n < 0 AND c.container_id = x.container AND c.day = x.key AND c.datasets + x.n > 0
	)
	INSERT INTO container_days AS c (container_id, day, datasets) SELECT x.container, x.key, x.n FROM delta x WHERE x.n > 0
	ON CONFLICT (container_id, day) DO UPDATE SET datasets = c.datasets + excluded.datasets;
END $$;
--> statement-breakpoint
CREATE FUNCTION eosync_add_bytes(containers bigint[], numbers bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	UPDATE container_totals t SET bytes = t.bytes + a.n FROM unnest(containers, numbers) AS a(container, n)
	WHERE t.container_id = a.container AND a.n <> 0;
END $$;
--> statement-breakpoint
-- What comes in is looked at once for all that is counted of it. (Bits of grouping(): 14 key, 13 cell, 11 day, 7 bytes.)
CREATE OR REPLACE FUNCTION eosync_footprints_linked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	counted record;
BEGIN
	WITH facts AS (
		SELECT l.container_id, d.id, coalesce(v.footprint_key, md5(d.footprint::text)::uuid) AS key,
			coalesce(v.cell, eosync_cell(coalesce((v.state->'footprint')::jsonb, d.footprint))) AS cell,
			(d.begin_time AT TIME ZONE 'UTC')::date AS day, b.bytes
		FROM linked l JOIN datasets d ON d.id = l.dataset_id LEFT JOIN dataset_versions v ON v.id = d.version_id
			LEFT JOIN LATERAL (SELECT sum((f->>'size')::bigint) AS bytes FROM jsonb_array_elements(coalesce(v.files, d.files)) f) b ON true
	), sums AS MATERIALIZED (
		SELECT container_id, key, cell, day, grouping(key, cell, day) AS of, count(*) AS n, min(id) AS since, sum(bytes)::bigint AS bytes
		FROM facts GROUP BY GROUPING SETS ((container_id, key), (container_id, cell), (container_id, day), (container_id))
	), footprints AS (
		INSERT INTO container_footprints AS f (container_id, key, datasets, since, footprint)
		SELECT s.container_id, s.key, s.n, s.since, d.footprint FROM sums s JOIN datasets d ON d.id = s.since WHERE s.of = 3
		ON CONFLICT (container_id, key) DO UPDATE SET datasets = f.datasets + excluded.datasets
	)
	SELECT array_agg(container_id) FILTER (WHERE of = 5) AS c_containers, array_agg(cell) FILTER (WHERE of = 5) AS cells, array_agg(n) FILTER (WHERE of = 5) AS c_numbers,
		array_agg(container_id) FILTER (WHERE of = 6) AS d_containers, array_agg(day) FILTER (WHERE of = 6) AS days, array_agg(n) FILTER (WHERE of = 6) AS d_numbers,
		array_agg(container_id) FILTER (WHERE of = 7) AS containers, array_agg(bytes) FILTER (WHERE of = 7) AS bytes
	INTO counted FROM sums WHERE of <> 3;
	PERFORM eosync_add_cells(counted.c_containers, counted.cells, counted.c_numbers);
	PERFORM eosync_add_days(counted.d_containers, counted.days, counted.d_numbers);
	PERFORM eosync_add_bytes(counted.containers, counted.bytes);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION eosync_footprints_unlinked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	counted record;
BEGIN
	WITH facts AS (
		SELECT l.container_id, coalesce(v.footprint_key, md5(d.footprint::text)::uuid) AS key,
			coalesce(v.cell, eosync_cell(coalesce((v.state->'footprint')::jsonb, d.footprint))) AS cell,
			(d.begin_time AT TIME ZONE 'UTC')::date AS day, b.bytes
		FROM unlinked l JOIN datasets d ON d.id = l.dataset_id LEFT JOIN dataset_versions v ON v.id = d.version_id
			LEFT JOIN LATERAL (SELECT sum((f->>'size')::bigint) AS bytes FROM jsonb_array_elements(coalesce(v.files, d.files)) f) b ON true
	), sums AS MATERIALIZED (
		SELECT container_id, key, cell, day, grouping(key, cell, day) AS of, -count(*) AS n, -sum(bytes)::bigint AS bytes
		FROM facts GROUP BY GROUPING SETS ((container_id, key), (container_id, cell), (container_id, day), (container_id))
	), footprints AS (
		UPDATE container_footprints f SET datasets = f.datasets + s.n FROM sums s
		WHERE s.of = 3 AND f.container_id = s.container_id AND f.key = s.key
	)
	SELECT array_agg(container_id) FILTER (WHERE of = 5) AS c_containers, array_agg(cell) FILTER (WHERE of = 5) AS cells, array_agg(n) FILTER (WHERE of = 5) AS c_numbers,
		array_agg(container_id) FILTER (WHERE of = 6) AS d_containers, array_agg(day) FILTER (WHERE of = 6) AS days, array_agg(n) FILTER (WHERE of = 6) AS d_numbers,
		array_agg(container_id) FILTER (WHERE of = 7) AS containers, array_agg(bytes) FILTER (WHERE of = 7) AS bytes
	INTO counted FROM sums WHERE of <> 3;
	PERFORM eosync_add_cells(counted.c_containers, counted.cells, counted.c_numbers);
	PERFORM eosync_add_days(counted.d_containers, counted.days, counted.d_numbers);
	PERFORM eosync_add_bytes(counted.containers, counted.bytes);
	RETURN NULL;
END $$;
--> statement-breakpoint
-- Datasets that are in containers get another state: once for a whole statement, instead of row by row.
DROP TRIGGER datasets_footprints_changed ON "datasets";
--> statement-breakpoint
CREATE OR REPLACE FUNCTION eosync_footprints_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	counted record;
BEGIN
	IF NOT EXISTS (SELECT FROM was w JOIN became b ON b.id = w.id WHERE w.version_id IS DISTINCT FROM b.version_id
		OR w.footprint IS DISTINCT FROM b.footprint OR w.files IS DISTINCT FROM b.files) THEN
		RETURN NULL;
	END IF;
	WITH changed AS MATERIALIZED (
		SELECT w.id, w.version_id AS old_version, b.version_id AS new_version, w.footprint AS old_footprint, b.footprint AS new_footprint,
			w.files AS old_files, b.files AS new_files, w.begin_time AS old_begin, b.begin_time AS new_begin
		FROM was w JOIN became b ON b.id = w.id
		WHERE w.version_id IS DISTINCT FROM b.version_id OR w.footprint IS DISTINCT FROM b.footprint OR w.files IS DISTINCT FROM b.files
	), sides AS (
		SELECT id, old_version AS version_id, old_footprint AS footprint, old_files AS files, old_begin AS begin_time, -1 AS n FROM changed
		UNION ALL SELECT id, new_version, new_footprint, new_files, new_begin, 1 FROM changed
	), facts AS (
		SELECT cd.container_id, s.id, s.n, coalesce(v.footprint_key, md5(s.footprint::text)::uuid) AS key,
			coalesce(v.cell, eosync_cell(coalesce((v.state->'footprint')::jsonb, s.footprint))) AS cell,
			(s.begin_time AT TIME ZONE 'UTC')::date AS day, s.n * b.bytes AS bytes
		FROM sides s JOIN container_datasets cd ON cd.dataset_id = s.id LEFT JOIN dataset_versions v ON v.id = s.version_id
			LEFT JOIN LATERAL (SELECT sum((f->>'size')::bigint) AS bytes FROM jsonb_array_elements(coalesce(v.files, s.files)) f) b ON true
	), sums AS MATERIALIZED (
		SELECT container_id, key, cell, day, grouping(key, cell, day) AS of, sum(n)::bigint AS n, min(id) FILTER (WHERE n > 0) AS since, sum(bytes)::bigint AS bytes
		FROM facts GROUP BY GROUPING SETS ((container_id, key), (container_id, cell), (container_id, day), (container_id))
	), fewer AS (
		UPDATE container_footprints f SET datasets = f.datasets + s.n FROM sums s
		WHERE s.of = 3 AND s.n < 0 AND f.container_id = s.container_id AND f.key = s.key
	), more AS (
		INSERT INTO container_footprints AS f (container_id, key, datasets, since, footprint)
		SELECT s.container_id, s.key, s.n, s.since, c.new_footprint FROM sums s JOIN changed c ON c.id = s.since WHERE s.of = 3 AND s.n > 0
		ON CONFLICT (container_id, key) DO UPDATE SET datasets = f.datasets + excluded.datasets
	)
	SELECT array_agg(container_id) FILTER (WHERE of = 5) AS c_containers, array_agg(cell) FILTER (WHERE of = 5) AS cells, array_agg(n) FILTER (WHERE of = 5) AS c_numbers,
		array_agg(container_id) FILTER (WHERE of = 6) AS d_containers, array_agg(day) FILTER (WHERE of = 6) AS days, array_agg(n) FILTER (WHERE of = 6) AS d_numbers,
		array_agg(container_id) FILTER (WHERE of = 7) AS containers, array_agg(bytes) FILTER (WHERE of = 7) AS bytes
	INTO counted FROM sums WHERE of <> 3;
	PERFORM eosync_add_cells(counted.c_containers, counted.cells, counted.c_numbers);
	PERFORM eosync_add_days(counted.d_containers, counted.days, counted.d_numbers);
	PERFORM eosync_add_bytes(counted.containers, counted.bytes);
	PERFORM eosync_forget_versions(array(
		SELECT w.version_id FROM was w JOIN became b ON b.id = w.id WHERE w.version_id <> b.version_id));
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER datasets_footprints_changed AFTER UPDATE ON "datasets"
	REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION eosync_footprints_changed();
--> statement-breakpoint
-- Files that say the same as before are written into the version that their dataset is in.
CREATE FUNCTION eosync_files_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE container_totals t SET bytes = t.bytes + g.bytes FROM (
		SELECT cd.container_id, sum(eosync_bytes(b.files) - eosync_bytes(w.files))::bigint AS bytes
		FROM was w JOIN became b ON b.id = w.id JOIN datasets d ON d.id = b.dataset_id AND d.version_id = b.id
			JOIN container_datasets cd ON cd.dataset_id = d.id
		WHERE w.files IS DISTINCT FROM b.files GROUP BY 1
	) g WHERE t.container_id = g.container_id AND g.bytes <> 0;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER dataset_versions_files_changed AFTER UPDATE ON "dataset_versions"
	REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION eosync_files_changed();
--> statement-breakpoint
CREATE FUNCTION eosync_rejected_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE container_totals t SET rejections = t.rejections + g.n FROM (SELECT container_id, count(*) AS n FROM more GROUP BY 1) g
	WHERE t.container_id = g.container_id;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION eosync_rejected_fewer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE container_totals t SET rejections = t.rejections - g.n FROM (SELECT container_id, count(*) AS n FROM fewer GROUP BY 1) g
	WHERE t.container_id = g.container_id;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER rejections_more AFTER INSERT ON "rejections"
	REFERENCING NEW TABLE AS more FOR EACH STATEMENT EXECUTE FUNCTION eosync_rejected_more();
--> statement-breakpoint
CREATE TRIGGER rejections_fewer AFTER DELETE ON "rejections"
	REFERENCING OLD TABLE AS fewer FOR EACH STATEMENT EXECUTE FUNCTION eosync_rejected_fewer();
--> statement-breakpoint
-- A new container holds nothing: it is rolled up. Others are by the tidying, one after the other.
CREATE FUNCTION eosync_total_of_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO container_totals (container_id) SELECT id FROM made ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER containers_totals AFTER INSERT ON "containers"
	REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION eosync_total_of_new();
