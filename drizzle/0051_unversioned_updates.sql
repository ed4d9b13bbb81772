-- What is compared first is compared by sets: a join that looks for a first difference is done in nested loops, and where none differs (a split
-- gives datasets another source, and changes nothing else) each row was compared with each: 100,000 datasets took half an hour.
CREATE OR REPLACE FUNCTION eosync_footprints_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
	counted record;
BEGIN
	IF NOT EXISTS (SELECT id, version_id, footprint, files FROM became EXCEPT SELECT id, version_id, footprint, files FROM was) THEN
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
END $function$;
