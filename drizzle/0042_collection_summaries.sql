CREATE TABLE "collection_blocks" (
	"container_id" bigint NOT NULL,
	"block" bigint NOT NULL,
	"summary" jsonb,
	CONSTRAINT "collection_blocks_container_id_block_pk" PRIMARY KEY("container_id","block")
);
--> statement-breakpoint
CREATE TABLE "collection_summaries" (
	"container_id" bigint PRIMARY KEY NOT NULL,
	"epoch" uuid NOT NULL,
	"position" bigint NOT NULL,
	"format" integer NOT NULL,
	"summary" jsonb,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "republished_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "collection_blocks" ADD CONSTRAINT "collection_blocks_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "collection_summaries" ADD CONSTRAINT "collection_summaries_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "collection_blocks_waiting" ON "collection_blocks" USING btree ("container_id") WHERE summary is null;
--> statement-breakpoint
-- When all documents of a collection became other ones: whoever raises the revision need not say so.
CREATE FUNCTION eosync_republished_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.republished_at := clock_timestamp();
	RETURN NEW;
END $$;
--> statement-breakpoint
-- By its name it comes after `containers_republish`, which may raise the revision.
CREATE TRIGGER containers_republished_at BEFORE UPDATE ON "containers" FOR EACH ROW
	WHEN (OLD.publication_revision <> NEW.publication_revision) EXECUTE FUNCTION eosync_republished_at();
--> statement-breakpoint
UPDATE containers SET republished_at = now() WHERE publication_revision > 0;
