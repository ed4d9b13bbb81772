CREATE TABLE "dataset_unlinkings" (
	"datasets" bigint[] NOT NULL
);
--> statement-breakpoint
-- Whether what left a container is archived or in another one is asked once for all rows of a statement, at the end of the transaction; it
-- was asked for each row, which made the end of a removal of 100,000 as long as deleting their links. What is archived already need not be asked for.
DROP TRIGGER container_datasets_unlinked_contained ON "container_datasets";
--> statement-breakpoint
DROP FUNCTION eosync_unlinked_is_contained();
--> statement-breakpoint
CREATE FUNCTION eosync_unlinked_are_contained() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ghost bigint;
BEGIN
	WITH mine AS (DELETE FROM dataset_unlinkings RETURNING datasets)
	SELECT d.id INTO ghost FROM mine, unnest(mine.datasets) AS u(id) JOIN datasets d ON d.id = u.id
	WHERE d.archived_at IS NULL AND NOT EXISTS (SELECT FROM container_datasets cd WHERE cd.dataset_id = d.id) LIMIT 1;
	IF FOUND THEN
		PERFORM eosync_require_container(ghost);
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER dataset_unlinkings_contained AFTER INSERT ON "dataset_unlinkings" DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION eosync_unlinked_are_contained();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION eosync_footprints_unlinked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	counted record;
BEGIN
	WITH facts AS (
		SELECT l.container_id, d.archived_at IS NULL AS is_live, coalesce(v.footprint_key, md5(d.footprint::text)::uuid) AS key,
			coalesce(v.cell, eosync_cell(coalesce((v.state->'footprint')::jsonb, d.footprint))) AS cell,
			(d.begin_time AT TIME ZONE 'UTC')::date AS day,
			-- Most have one file: going through a list of one takes as long as all else here.
			CASE jsonb_array_length(coalesce(v.files, d.files)) WHEN 1 THEN (coalesce(v.files, d.files)->0->>'size')::bigint
				ELSE eosync_bytes(coalesce(v.files, d.files)) END AS bytes
		FROM unlinked l JOIN datasets d ON d.id = l.dataset_id LEFT JOIN dataset_versions v ON v.id = d.version_id
	), sums AS MATERIALIZED (
		SELECT container_id, key, cell, day, grouping(key, cell, day) AS of, -count(*) AS n, -sum(bytes)::bigint AS bytes,
			count(*) FILTER (WHERE is_live) AS live
		FROM facts GROUP BY GROUPING SETS ((container_id, key), (container_id, cell), (container_id, day), (container_id))
	), footprints AS (
		UPDATE container_footprints f SET datasets = f.datasets + s.n FROM sums s
		WHERE s.of = 3 AND f.container_id = s.container_id AND f.key = s.key
	)
	SELECT array_agg(container_id) FILTER (WHERE of = 5) AS c_containers, array_agg(cell) FILTER (WHERE of = 5) AS cells, array_agg(n) FILTER (WHERE of = 5) AS c_numbers,
		array_agg(container_id) FILTER (WHERE of = 6) AS d_containers, array_agg(day) FILTER (WHERE of = 6) AS days, array_agg(n) FILTER (WHERE of = 6) AS d_numbers,
		array_agg(container_id) FILTER (WHERE of = 7) AS containers, array_agg(bytes) FILTER (WHERE of = 7) AS bytes,
		sum(live) FILTER (WHERE of = 7) AS live
	INTO counted FROM sums WHERE of <> 3;
	PERFORM eosync_add_cells(counted.c_containers, counted.cells, counted.c_numbers);
	PERFORM eosync_add_days(counted.d_containers, counted.days, counted.d_numbers);
	PERFORM eosync_add_bytes(counted.containers, counted.bytes);
	IF counted.live > 0 THEN
		INSERT INTO dataset_unlinkings (datasets) SELECT array_agg(dataset_id) FROM unlinked;
	END IF;
	RETURN NULL;
END $$;
