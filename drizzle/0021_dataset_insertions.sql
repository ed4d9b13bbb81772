CREATE TABLE "dataset_insertions" (
	"first_id" bigint NOT NULL
);
--> statement-breakpoint
DROP TRIGGER datasets_added_contained ON "datasets";
--> statement-breakpoint
CREATE FUNCTION eosync_note_insertion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO dataset_insertions SELECT last_value + is_called::int FROM datasets_id_seq;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER datasets_insertion_noted BEFORE INSERT ON "datasets" FOR EACH STATEMENT EXECUTE FUNCTION eosync_note_insertion();
--> statement-breakpoint
CREATE FUNCTION eosync_inserted_are_contained() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ghost bigint;
BEGIN
	DELETE FROM dataset_insertions WHERE first_id = NEW.first_id;
	SELECT d.id INTO ghost FROM datasets d
		WHERE d.id >= NEW.first_id AND d.archived_at IS NULL
			AND NOT EXISTS (SELECT FROM container_datasets cd WHERE cd.dataset_id = d.id) LIMIT 1;
	IF FOUND THEN
		PERFORM eosync_require_container(ghost);
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER datasets_added_contained AFTER INSERT ON "dataset_insertions" DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION eosync_inserted_are_contained();
