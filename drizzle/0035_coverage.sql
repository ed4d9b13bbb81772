CREATE TABLE "coverage_files" (
	"storage_id" bigint NOT NULL,
	"directory" text NOT NULL,
	"name" text NOT NULL,
	"class" text NOT NULL,
	"size" bigint NOT NULL,
	"mtime" bigint,
	"etag" text,
	"inode" text,
	"sources" bigint[],
	"pattern" text,
	CONSTRAINT "coverage_files_storage_id_directory_name_pk" PRIMARY KEY("storage_id","directory","name")
);
--> statement-breakpoint
CREATE TABLE "coverage_folders" (
	"storage_id" bigint NOT NULL,
	"path" text NOT NULL,
	"parent" text,
	"look" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"taken" boolean DEFAULT false NOT NULL,
	"code" text,
	"message" text,
	CONSTRAINT "coverage_folders_storage_id_path_pk" PRIMARY KEY("storage_id","path")
);
--> statement-breakpoint
CREATE TABLE "coverage_looks" (
	"storage_id" bigint PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'idle' NOT NULL,
	"outcome" text,
	"look" integer DEFAULT 0 NOT NULL,
	"unfinished" boolean DEFAULT false NOT NULL,
	"requested_by" text,
	"requested_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"begun_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"owner" text,
	"lease_until" timestamp with time zone,
	"cancel_requested_at" timestamp with time zone,
	"waits_until" timestamp with time zone,
	"budget_seconds" integer DEFAULT 3600 NOT NULL,
	"budget_entries" bigint DEFAULT 2000000 NOT NULL,
	"used_seconds" integer DEFAULT 0 NOT NULL,
	"used_entries" bigint DEFAULT 0 NOT NULL,
	"folders" bigint DEFAULT 0 NOT NULL,
	"entries" bigint DEFAULT 0 NOT NULL,
	"listings_seconds" integer DEFAULT 3600 NOT NULL,
	"code" text,
	"message" text,
	"rules" text,
	"next_at" timestamp with time zone,
	CONSTRAINT "coverage_looks_state" CHECK ("coverage_looks"."state" in ('idle', 'queued', 'running')),
	CONSTRAINT "coverage_looks_outcome" CHECK ("coverage_looks"."outcome" in ('complete', 'partial', 'cancelled', 'failed')),
	CONSTRAINT "coverage_looks_lease" CHECK (("coverage_looks"."owner" is null) = ("coverage_looks"."lease_until" is null))
);
--> statement-breakpoint
CREATE TABLE "coverage_members" (
	"storage_id" bigint NOT NULL,
	"directory" text NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "coverage_members_storage_id_directory_name_pk" PRIMARY KEY("storage_id","directory","name")
);
--> statement-breakpoint
CREATE TABLE "coverage_metadata" (
	"storage_id" bigint NOT NULL,
	"path" text NOT NULL,
	"data_storage_id" bigint NOT NULL,
	"directory" text NOT NULL,
	CONSTRAINT "coverage_metadata_storage_id_path_data_storage_id_directory_pk" PRIMARY KEY("storage_id","path","data_storage_id","directory")
);
--> statement-breakpoint
CREATE TABLE "coverage_pending" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "coverage_pending_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"storage_id" bigint NOT NULL,
	"path" text NOT NULL,
	"parent" text,
	"in_product" boolean DEFAULT false NOT NULL,
	CONSTRAINT "coverage_pending_once" UNIQUE("storage_id","path")
);
--> statement-breakpoint
CREATE TABLE "coverage_totals" (
	"storage_id" bigint NOT NULL,
	"path" text NOT NULL,
	"class" text NOT NULL,
	"own_files" bigint NOT NULL,
	"own_bytes" bigint NOT NULL,
	"files" bigint NOT NULL,
	"bytes" bigint NOT NULL,
	CONSTRAINT "coverage_totals_storage_id_path_class_pk" PRIMARY KEY("storage_id","path","class")
);
--> statement-breakpoint
CREATE TABLE "duplicate_files" (
	"storage_id" bigint NOT NULL,
	"path" text NOT NULL,
	"size" bigint NOT NULL,
	"mtime" bigint,
	"etag" text,
	"inode" text,
	"search" integer NOT NULL,
	"ends" text,
	"checksum" text,
	"message" text,
	CONSTRAINT "duplicate_files_storage_id_path_pk" PRIMARY KEY("storage_id","path")
);
--> statement-breakpoint
CREATE TABLE "duplicate_scenes" (
	"scene_id" bigint NOT NULL,
	"dataset_id" bigint NOT NULL,
	"reason" text NOT NULL,
	"bytes" bigint NOT NULL,
	"search" integer NOT NULL,
	CONSTRAINT "duplicate_scenes_scene_id_dataset_id_pk" PRIMARY KEY("scene_id","dataset_id")
);
--> statement-breakpoint
CREATE TABLE "duplicate_searches" (
	"id" integer PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'idle' NOT NULL,
	"outcome" text,
	"phase" text,
	"requested_by" text,
	"requested_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"owner" text,
	"lease_until" timestamp with time zone,
	"cancel_requested_at" timestamp with time zone,
	"budget_bytes" bigint DEFAULT 100000000000 NOT NULL,
	"used_bytes" bigint DEFAULT 0 NOT NULL,
	"files_read" bigint DEFAULT 0 NOT NULL,
	"search" integer DEFAULT 0 NOT NULL,
	"code" text,
	"message" text,
	CONSTRAINT "duplicate_searches_one" CHECK ("duplicate_searches"."id" = 1),
	CONSTRAINT "duplicate_searches_state" CHECK ("duplicate_searches"."state" in ('idle', 'queued', 'running')),
	CONSTRAINT "duplicate_searches_outcome" CHECK ("duplicate_searches"."outcome" in ('complete', 'partial', 'cancelled', 'failed')),
	CONSTRAINT "duplicate_searches_lease" CHECK (("duplicate_searches"."owner" is null) = ("duplicate_searches"."lease_until" is null))
);
--> statement-breakpoint
ALTER TABLE "coverage_files" ADD CONSTRAINT "coverage_files_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "coverage_folders" ADD CONSTRAINT "coverage_folders_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "coverage_looks" ADD CONSTRAINT "coverage_looks_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "coverage_members" ADD CONSTRAINT "coverage_members_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "coverage_metadata" ADD CONSTRAINT "coverage_metadata_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "coverage_metadata" ADD CONSTRAINT "coverage_metadata_data_storage_id_storages_id_fk" FOREIGN KEY ("data_storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "coverage_pending" ADD CONSTRAINT "coverage_pending_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "coverage_totals" ADD CONSTRAINT "coverage_totals_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "duplicate_files" ADD CONSTRAINT "duplicate_files_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "coverage_files_class" ON "coverage_files" USING btree ("storage_id","class","directory","name");--> statement-breakpoint
CREATE INDEX "coverage_folders_parent" ON "coverage_folders" USING btree ("storage_id","parent");--> statement-breakpoint
CREATE INDEX "coverage_metadata_data" ON "coverage_metadata" USING btree ("data_storage_id");--> statement-breakpoint
CREATE INDEX "coverage_pending_next" ON "coverage_pending" USING btree ("storage_id","id");--> statement-breakpoint
CREATE INDEX "duplicate_files_content" ON "duplicate_files" USING btree ("size","ends");--> statement-breakpoint
CREATE INDEX "duplicate_files_checksum" ON "duplicate_files" USING btree ("checksum","size") WHERE checksum is not null;--> statement-breakpoint
CREATE INDEX "duplicate_scenes_dataset" ON "duplicate_scenes" USING btree ("dataset_id");