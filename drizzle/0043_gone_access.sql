ALTER TABLE "gone_collections" ADD COLUMN "access" "stac_access" DEFAULT 'off' NOT NULL;
--> statement-breakpoint
-- As before; a container that was published when it was created has no line in the log that says to whom.
CREATE OR REPLACE FUNCTION eosync_collection_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO gone_collections (container_id, eo_id, access) SELECT OLD.id, coalesce(OLD.deleted_eo_id, OLD.eo_id), OLD.publish_stac
	WHERE OLD.publish_stac <> 'off' OR EXISTS (SELECT FROM item_changes ch WHERE ch.container_id = OLD.id)
	ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;
