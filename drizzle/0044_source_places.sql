-- Where metadata files are stands in the documents of a source's datasets, if their storage says where its files are. Documents of other
-- containers with these datasets have it in their ETag; to raise theirs too would lock containers that whoever edits this one has not.
CREATE FUNCTION eosync_source_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	raised bigint[] := coalesce(nullif(current_setting('eosync.raised', true), ''), '{}')::bigint[];
BEGIN
	-- Once in a transaction, however many of its sources an edit is about.
	IF NEW.container_id = ANY(raised) OR NOT EXISTS (
		SELECT FROM storages s WHERE s.id IN (coalesce(OLD.metadata_storage_id, OLD.storage_id), coalesce(NEW.metadata_storage_id, NEW.storage_id))
			AND eosync_shows_paths(s.type, s.config)) THEN
		RETURN NULL;
	END IF;
	UPDATE containers SET publication_revision = publication_revision + 1
	WHERE id = NEW.container_id AND publish_stac <> 'off' AND deleted_at IS NULL;
	PERFORM set_config('eosync.raised', (raised || NEW.container_id)::text, true);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER sources_publication AFTER UPDATE ON "sources" FOR EACH ROW
	WHEN (OLD.metadata_storage_id IS DISTINCT FROM NEW.metadata_storage_id OR OLD.metadata_path <> NEW.metadata_path)
	EXECUTE FUNCTION eosync_source_moved();
