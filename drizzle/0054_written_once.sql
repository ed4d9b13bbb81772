CREATE INDEX "changes_of_dataset" ON "changes" USING btree ("dataset_id") WHERE dataset_id is not null;--> statement-breakpoint
DROP INDEX "changes_dataset";
--> statement-breakpoint
-- The summary of a container that was empty is made of all its footprints, whether they are marked or not (`summary.ts`): they need not be marked by a
-- second writing. Keys in their order leave an index full, where keys as they come leave it two thirds full.
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
		INSERT INTO container_footprints AS f (container_id, key, datasets, since, footprint, merged)
		SELECT s.container_id, s.key, s.n, s.since, d.footprint, k.dataset_count = 0
		FROM sums s JOIN datasets d ON d.id = s.since JOIN containers k ON k.id = s.container_id WHERE s.of = 3 ORDER BY s.container_id, s.key
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
CREATE OR REPLACE FUNCTION eosync_add_cells(containers bigint[], cells integer[], numbers bigint[]) RETURNS void LANGUAGE plpgsql AS $$
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
	INSERT INTO container_cells AS c (container_id, cell, datasets) SELECT x.container, x.key, x.n FROM delta x WHERE x.n > 0 ORDER BY 1, 2
	ON CONFLICT (container_id, cell) DO UPDATE SET datasets = c.datasets + excluded.datasets;
END $$;
