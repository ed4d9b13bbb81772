ALTER TABLE "sources" ADD COLUMN "metadata_storage_id" bigint;--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "metadata_path" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_metadata_storage_id_storages_id_fk" FOREIGN KEY ("metadata_storage_id") REFERENCES "public"."storages"("id") ON DELETE no action ON UPDATE no action;