ALTER TYPE "public"."run_kind" ADD VALUE 'delete';--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "file_keys" text[];--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "deleted_eo_id" text;--> statement-breakpoint
ALTER TABLE "storages" ADD COLUMN "file_keys" text[];--> statement-breakpoint
ALTER TABLE "containers" ADD CONSTRAINT "containers_deleted_with_name" CHECK (("containers"."deleted_at" is null) = ("containers"."deleted_eo_id" is null));--> statement-breakpoint
-- Datasets that no container had any more kept their EO IDs and paths, although nothing looked after them: they are archived,
-- and come back without being read when a source finds their files again.
DO $$
DECLARE
	archived bigint;
BEGIN
	UPDATE datasets d SET archived_at = now(), updated_at = now()
	WHERE d.archived_at IS NULL AND NOT EXISTS (SELECT FROM container_datasets cd WHERE cd.dataset_id = d.id);
	GET DIAGNOSTICS archived = ROW_COUNT;
	IF archived > 0 THEN
		RAISE NOTICE 'eosync: % datasets that were in no container were archived; a sync restores those whose files a source finds.', archived;
	END IF;
END $$;
--> statement-breakpoint
-- From now on the database refuses them, at the end of a transaction: within it links come after their datasets.
CREATE FUNCTION eosync_require_container(dataset bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM container_datasets cd WHERE cd.dataset_id = dataset)
		AND EXISTS (SELECT FROM datasets d WHERE d.id = dataset AND d.archived_at IS NULL) THEN
		RAISE EXCEPTION 'The dataset % would be in no container and yet not archived.', dataset USING ERRCODE = 'check_violation';
	END IF;
END $$;
--> statement-breakpoint
CREATE FUNCTION eosync_dataset_is_contained() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM eosync_require_container(NEW.id);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION eosync_unlinked_is_contained() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM eosync_require_container(OLD.dataset_id);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER datasets_added_contained AFTER INSERT ON "datasets" DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW WHEN (NEW.archived_at IS NULL) EXECUTE FUNCTION eosync_dataset_is_contained();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER datasets_restored_contained AFTER UPDATE OF archived_at ON "datasets" DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW WHEN (NEW.archived_at IS NULL AND OLD.archived_at IS NOT NULL) EXECUTE FUNCTION eosync_dataset_is_contained();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER container_datasets_unlinked_contained AFTER DELETE ON "container_datasets" DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION eosync_unlinked_is_contained();
