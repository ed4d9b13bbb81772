ALTER TYPE "public"."run_kind" ADD VALUE 'restore';--> statement-breakpoint
CREATE TABLE "ignored_rejections" (
	"container_id" bigint NOT NULL,
	"storage_id" bigint NOT NULL,
	"path" text NOT NULL,
	"files" jsonb NOT NULL,
	"note" text NOT NULL,
	"ignored_by" text NOT NULL,
	"ignored_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ignored_rejections_container_id_storage_id_path_pk" PRIMARY KEY("container_id","storage_id","path")
);
--> statement-breakpoint
ALTER TABLE "dataset_lives" ADD COLUMN "removed_by" text;--> statement-breakpoint
ALTER TABLE "dataset_lives" ADD COLUMN "container" text;--> statement-breakpoint
ALTER TABLE "ignored_rejections" ADD CONSTRAINT "ignored_rejections_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ignored_rejections" ADD CONSTRAINT "ignored_rejections_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "datasets_archived_eo_id" ON "datasets" USING btree ("eo_id" text_pattern_ops) WHERE archived_at is not null;--> statement-breakpoint
-- The files of one data file as far as they tell whether any is another one (`sameFiles`).
CREATE FUNCTION eosync_same_files(a jsonb, b jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT (SELECT jsonb_agg(f - ARRAY['ctime', 'recent', 'archived'] ORDER BY position) FROM jsonb_array_elements(a) WITH ORDINALITY AS e(f, position))
		IS NOT DISTINCT FROM
		(SELECT jsonb_agg(f - ARRAY['ctime', 'recent', 'archived'] ORDER BY position) FROM jsonb_array_elements(b) WITH ORDINALITY AS e(f, position));
$$;
--> statement-breakpoint
-- What is ignored until it changes is so no longer when another file of that path is rejected, whichever version of eosync met it.
CREATE FUNCTION eosync_end_ignoring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM ignored_rejections i USING rejected n
	WHERE i.container_id = n.container_id AND i.storage_id = n.storage_id AND i.path = n.path AND NOT eosync_same_files(i.files, n.files);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER rejections_end_ignoring AFTER INSERT ON "rejections"
	REFERENCING NEW TABLE AS rejected FOR EACH STATEMENT EXECUTE FUNCTION eosync_end_ignoring();
