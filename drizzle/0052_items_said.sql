ALTER TABLE "items" ADD COLUMN "said" jsonb;--> statement-breakpoint
CREATE INDEX "items_unsaid" ON "items" USING btree ("dataset_id") WHERE said is null;--> statement-breakpoint
-- What of the metadata fields of STAC documents are made of (lib/stac/search/field-sql.ts), in some hundred bytes for each item, so that a million
-- of them are looked at in a second: texts without blanks around them, numbers as numbers. What is not of printable ASCII, or no number
-- where one should be, only the program understands: it is a list, with the text as it is. A CRS that has no code is left out.
CREATE FUNCTION eosync_fields(state json) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT coalesce(jsonb_object_agg(p.key, CASE
			WHEN p.value ~ '[^ -~]' THEN jsonb_build_array(p.value)
			WHEN p.key <> ALL('{orbitNumber,resolution,cloudCover,snowCover,incidenceAngle,illuminationAzimuthAngle,illuminationElevationAngle,illuminationZenithAngle}'::text[])
				THEN to_jsonb(btrim(p.value))
			WHEN btrim(p.value) ~ '^[+-]?[0-9]{1,15}(\.[0-9]{1,17})?([eE][+-]?[0-9]{1,2})?$' THEN to_jsonb(btrim(p.value)::numeric)
			ELSE jsonb_build_array(p.value)
		END) FILTER (WHERE btrim(p.value) <> ''), '{}')
		|| CASE WHEN state->>'crs' ~ '^[A-Za-z]+:\w+$' THEN jsonb_build_object('proj:code', state->>'crs') ELSE '{}' END
	FROM json_each_text(state->'properties') p WHERE p.key = ANY('{
		platform,platformSerialIdentifier,instrument,productType,processingLevel,processingCenter,processorName,processorVersion,processingDate,
		productVersion,acquisitionType,acquisitionStation,operationalMode,polarisationChannels,antennaLookDirection,doi,orbitNumber,orbitDirection,
		wrsLongitudeGrid,wrsLatitudeGrid,resolution,cloudCover,snowCover,incidenceAngle,illuminationAzimuthAngle,illuminationElevationAngle,
		illuminationZenithAngle}'::text[])
$$;
--> statement-breakpoint
-- As before; what metadata says stands with the items.
CREATE OR REPLACE FUNCTION eosync_log_items(touched bigint[], of_run bigint) RETURNS bigint LANGUAGE plpgsql
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
			(SELECT coalesce(v.bbox, eosync_bbox((v.state->'footprint')::jsonb)) FROM dataset_versions v WHERE v.id = j.version_id) AS bbox,
			(SELECT eosync_fields(v.state) FROM dataset_versions v WHERE v.id = j.version_id) AS fields
		FROM judged j WHERE CASE WHEN j.is_served
			THEN j.old_etag IS NULL OR j.old_eo_id <> j.eo_id OR split_part(j.old_etag, '.', 1) <> j.said
				OR (j.shows_place AND split_part(j.old_etag, '.', 2) <> j.place)
			ELSE j.old_etag IS NOT NULL END
	), lines AS (
		-- What goes comes first: an EO ID that one dataset gives up is another's then.
		SELECT 0 AS step, container_id, dataset_id, old_eo_id AS eo_id, 'removed'::item_change_kind AS kind,
			CASE WHEN is_served THEN 'replaced' ELSE reason END AS reason, old_etag AS etag, old_bbox AS bbox, run,
			CASE WHEN is_served THEN jsonb_build_object('by', eo_id) END AS details,
			begin_time, end_time, created_at, is_served, fields
		FROM differing WHERE old_etag IS NOT NULL AND (NOT is_served OR old_eo_id <> eo_id)
		UNION ALL
		SELECT 1, container_id, dataset_id, eo_id,
			CASE WHEN old_eo_id = eo_id THEN 'updated'
				WHEN old_eo_id IS NULL AND (
					SELECT ch.reason FROM item_changes ch WHERE ch.container_id = w.container_id AND ch.eo_id = w.eo_id
						AND ch.kind = 'removed' AND ch.dataset_id = w.dataset_id ORDER BY ch.seq DESC LIMIT 1) = 'removed' THEN 'restored'
				ELSE 'created' END::item_change_kind,
			null, etag, bbox, run, CASE WHEN old_eo_id <> eo_id THEN jsonb_build_object('replaces', old_eo_id)
				WHEN NOT old_bbox ~= bbox THEN jsonb_build_object('was', old_bbox::text) END,
			begin_time, end_time, created_at, is_served, fields
		FROM differing w WHERE is_served
	), numbered AS MATERIALIZED (
		SELECT before_these + row_number() OVER (ORDER BY step, container_id, dataset_id) AS seq, l.* FROM lines l
	), gone AS (
		DELETE FROM items i USING numbered n
		WHERE n.step = 0 AND NOT n.is_served AND i.dataset_id = n.dataset_id AND i.container_id = n.container_id
	), here AS (
		INSERT INTO items AS i (dataset_id, container_id, eo_id, begin_time, end_time, bbox, etag, seq, created_at, updated_at, said)
		SELECT dataset_id, container_id, eo_id, begin_time, end_time, bbox, etag, seq, created_at, logged_at, fields FROM numbered WHERE step = 1
		ON CONFLICT (dataset_id, container_id) DO UPDATE SET eo_id = excluded.eo_id, begin_time = excluded.begin_time,
			end_time = excluded.end_time, bbox = excluded.bbox, etag = excluded.etag, seq = excluded.seq, updated_at = excluded.updated_at, said = excluded.said
	)
	INSERT INTO item_changes (seq, at, container_id, dataset_id, eo_id, kind, reason, etag, bbox, run_id, details)
	SELECT seq, logged_at, container_id, dataset_id, eo_id, kind, reason, etag, bbox, run, details FROM numbered;
	GET DIAGNOSTICS entries = ROW_COUNT;
	IF entries > 0 THEN
		UPDATE item_log SET last_seq = before_these + entries;
	END IF;
	RETURN entries;
END $$;
