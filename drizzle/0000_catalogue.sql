CREATE TYPE "public"."container_kind" AS ENUM('dataset-series', 'rectified-stitched-mosaic');--> statement-breakpoint
CREATE TYPE "public"."dataset_kind" AS ENUM('rectified', 'referenceable');--> statement-breakpoint
CREATE TYPE "public"."storage_type" AS ENUM('local');--> statement-breakpoint
CREATE TYPE "public"."symlink_rule" AS ENUM('skip', 'follow');--> statement-breakpoint
CREATE TYPE "public"."change_action" AS ENUM('added', 'removed', 'updated', 'moved', 'linked', 'unlinked', 'rejected', 'refreshed');--> statement-breakpoint
CREATE TYPE "public"."change_outcome" AS ENUM('planned', 'applied', 'skipped', 'failed');--> statement-breakpoint
CREATE TYPE "public"."run_kind" AS ENUM('sync', 'check', 'revert');--> statement-breakpoint
CREATE TYPE "public"."run_state" AS ENUM('queued', 'scanning', 'reading', 'planned', 'held', 'applying', 'succeeded', 'partial', 'failed', 'cancelled', 'interrupted');--> statement-breakpoint
CREATE TYPE "public"."run_trigger" AS ENUM('dashboard', 'command-line', 'schedule');--> statement-breakpoint
CREATE TABLE "container_datasets" (
	"container_id" bigint NOT NULL,
	"dataset_id" bigint NOT NULL,
	"source_id" bigint,
	CONSTRAINT "container_datasets_container_id_dataset_id_pk" PRIMARY KEY("container_id","dataset_id")
);
--> statement-breakpoint
CREATE TABLE "containers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "containers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"eo_id" text NOT NULL,
	"kind" "container_kind" NOT NULL,
	"title" text DEFAULT '' NOT NULL,
	"schedule" text,
	"max_removals" text DEFAULT '20%' NOT NULL,
	"retention_days" integer DEFAULT 90 NOT NULL,
	"grid" jsonb,
	"range_type" text,
	"mosaic_grid" jsonb,
	"mosaic_bands" jsonb,
	"revision" bigint DEFAULT 0 NOT NULL,
	"configured_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"begin_time" timestamp with time zone,
	"end_time" timestamp with time zone,
	"footprint" jsonb,
	"dataset_count" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "containers_eoId_unique" UNIQUE("eo_id"),
	CONSTRAINT "containers_eo_id_ncname" CHECK ("eo_id" ~ '^[^-.0-9:[:space:]][^:[:space:]]*$'),
	CONSTRAINT "containers_times_ordered" CHECK ("containers"."begin_time" <= "containers"."end_time"),
	CONSTRAINT "containers_max_removals" CHECK ("containers"."max_removals" ~ '^[0-9]{1,9}%?$'),
	CONSTRAINT "containers_retention" CHECK ("containers"."retention_days" between 1 and 36500),
	CONSTRAINT "containers_grid_of_mosaics" CHECK ("containers"."kind" = 'rectified-stitched-mosaic' or ("containers"."grid" is null and "containers"."mosaic_grid" is null)),
	CONSTRAINT "containers_count" CHECK ("containers"."dataset_count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "datasets" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "datasets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"eo_id" text NOT NULL,
	"kind" "dataset_kind" NOT NULL,
	"storage_id" bigint NOT NULL,
	"directory" text NOT NULL,
	"path" text NOT NULL,
	"files" jsonb NOT NULL,
	"home_source_id" bigint,
	"rule" text DEFAULT '' NOT NULL,
	"size_x" integer NOT NULL,
	"size_y" integer NOT NULL,
	"crs" text NOT NULL,
	"extent" double precision[],
	"gcps" jsonb,
	"begin_time" timestamp with time zone NOT NULL,
	"end_time" timestamp with time zone NOT NULL,
	"footprint" jsonb NOT NULL,
	"range_type" text NOT NULL,
	"bands" jsonb NOT NULL,
	"properties" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_by_run" bigint,
	"archived_at" timestamp with time zone,
	CONSTRAINT "datasets_eo_id_ncname" CHECK ("eo_id" ~ '^[^-.0-9:[:space:]][^:[:space:]]*$'),
	CONSTRAINT "datasets_size_positive" CHECK ("datasets"."size_x" > 0 and "datasets"."size_y" > 0),
	CONSTRAINT "datasets_times_ordered" CHECK ("datasets"."begin_time" <= "datasets"."end_time"),
	CONSTRAINT "datasets_grid_by_kind" CHECK (case "datasets"."kind" when 'rectified' then coalesce(cardinality("datasets"."extent") = 4 and "datasets"."gcps" is null, false) else "datasets"."extent" is null and "datasets"."gcps" is not null end)
);
--> statement-breakpoint
CREATE TABLE "directories" (
	"source_id" bigint NOT NULL,
	"path" text NOT NULL,
	"parent" text,
	"digest" text,
	"rule" text NOT NULL,
	CONSTRAINT "directories_source_id_path_pk" PRIMARY KEY("source_id","path")
);
--> statement-breakpoint
CREATE TABLE "rejections" (
	"container_id" bigint NOT NULL,
	"storage_id" bigint NOT NULL,
	"path" text NOT NULL,
	"directory" text NOT NULL,
	"source_id" bigint NOT NULL,
	"files" jsonb NOT NULL,
	"rule" text NOT NULL,
	"code" text NOT NULL,
	"reason" text NOT NULL,
	"eo_id" text,
	"run_id" bigint NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rejections_container_id_storage_id_path_pk" PRIMARY KEY("container_id","storage_id","path")
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sources_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"container_id" bigint NOT NULL,
	"storage_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"path" text DEFAULT '' NOT NULL,
	"include" text[] NOT NULL,
	"exclude" text[] DEFAULT '{}' NOT NULL,
	"metadata" text[] DEFAULT '{"{stem}.xml"}' NOT NULL,
	"range_type" text,
	"file_name" text,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"symlinks" "symlink_rule" DEFAULT 'skip' NOT NULL,
	"marker" text,
	"checksum" boolean DEFAULT false NOT NULL,
	"stable_for" integer DEFAULT 0 NOT NULL,
	"retired" boolean DEFAULT false NOT NULL,
	CONSTRAINT "sources_include_some" CHECK (cardinality("sources"."include") > 0),
	CONSTRAINT "sources_stable_for" CHECK ("sources"."stable_for" >= 0)
);
--> statement-breakpoint
CREATE TABLE "storages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "storages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"type" "storage_type" NOT NULL,
	"config" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "storages_name_unique" UNIQUE("name"),
	CONSTRAINT "storages_name_not_empty" CHECK ("storages"."name" <> '')
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"run_id" bigint NOT NULL,
	"action" "change_action" NOT NULL,
	"outcome" "change_outcome" DEFAULT 'planned' NOT NULL,
	"source_id" bigint,
	"storage_id" bigint NOT NULL,
	"directory" text NOT NULL,
	"path" text NOT NULL,
	"from_path" text,
	"dataset_id" bigint,
	"eo_id" text,
	"files" jsonb,
	"rule" text,
	"to_read" boolean DEFAULT false NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"fields" jsonb,
	"code" text,
	"reason" text,
	"undo" jsonb,
	CONSTRAINT "changes_one_per_file" UNIQUE("run_id","storage_id","path","action")
);
--> statement-breakpoint
CREATE TABLE "problems" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "problems_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"run_id" bigint NOT NULL,
	"source_id" bigint,
	"path" text NOT NULL,
	"code" text NOT NULL,
	"message" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_directories" (
	"run_id" bigint NOT NULL,
	"source_id" bigint NOT NULL,
	"path" text NOT NULL,
	"parent" text,
	"digest" text,
	"rule" text NOT NULL,
	CONSTRAINT "run_directories_run_id_source_id_path_pk" PRIMARY KEY("run_id","source_id","path")
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"container_id" bigint NOT NULL,
	"kind" "run_kind" NOT NULL,
	"trigger" "run_trigger" NOT NULL,
	"actor" text NOT NULL,
	"state" "run_state" DEFAULT 'queued' NOT NULL,
	"full" boolean DEFAULT false NOT NULL,
	"reverts_run_id" bigint,
	"superseded_by" bigint,
	"base_revision" bigint,
	"planned_at" timestamp with time zone,
	"applied_at" timestamp with time zone,
	"approval_reason" text,
	"approved_by" text,
	"guard" jsonb,
	"error" jsonb,
	"progress" jsonb DEFAULT '{"phase":"queued","done":0,"total":null}'::jsonb NOT NULL,
	"added" integer DEFAULT 0 NOT NULL,
	"removed" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"moved" integer DEFAULT 0 NOT NULL,
	"linked" integer DEFAULT 0 NOT NULL,
	"unlinked" integer DEFAULT 0 NOT NULL,
	"rejected" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"problems" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"scanned_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"cancel_requested_at" timestamp with time zone,
	"lease_owner" text,
	"lease_until" timestamp with time zone,
	CONSTRAINT "runs_revert_names_a_run" CHECK (("runs"."kind" = 'revert') = ("runs"."reverts_run_id" is not null)),
	CONSTRAINT "runs_lease_complete" CHECK (("runs"."lease_owner" is null) = ("runs"."lease_until" is null)),
	CONSTRAINT "runs_finished_when_over" CHECK (("runs"."state" in ('succeeded', 'partial', 'failed', 'cancelled')) = ("runs"."finished_at" is not null))
);
--> statement-breakpoint
ALTER TABLE "container_datasets" ADD CONSTRAINT "container_datasets_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "container_datasets" ADD CONSTRAINT "container_datasets_dataset_id_datasets_id_fk" FOREIGN KEY ("dataset_id") REFERENCES "public"."datasets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "container_datasets" ADD CONSTRAINT "container_datasets_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_home_source_id_sources_id_fk" FOREIGN KEY ("home_source_id") REFERENCES "public"."sources"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "directories" ADD CONSTRAINT "directories_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rejections" ADD CONSTRAINT "rejections_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rejections" ADD CONSTRAINT "rejections_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rejections" ADD CONSTRAINT "rejections_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sources" ADD CONSTRAINT "sources_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "problems" ADD CONSTRAINT "problems_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "problems" ADD CONSTRAINT "problems_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_directories" ADD CONSTRAINT "run_directories_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_directories" ADD CONSTRAINT "run_directories_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "container_datasets_dataset" ON "container_datasets" USING btree ("dataset_id");--> statement-breakpoint
CREATE INDEX "container_datasets_source" ON "container_datasets" USING btree ("source_id");--> statement-breakpoint
CREATE UNIQUE INDEX "datasets_one_per_file" ON "datasets" USING btree ("storage_id","path") WHERE archived_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "datasets_eo_id_unique" ON "datasets" USING btree ("eo_id") WHERE archived_at is null;--> statement-breakpoint
CREATE INDEX "datasets_directory" ON "datasets" USING btree ("storage_id","directory");--> statement-breakpoint
CREATE INDEX "datasets_archived" ON "datasets" USING btree ("archived_at") WHERE archived_at is not null;--> statement-breakpoint
CREATE INDEX "directories_parent" ON "directories" USING btree ("source_id","parent");--> statement-breakpoint
CREATE INDEX "rejections_directory" ON "rejections" USING btree ("container_id","storage_id","directory");--> statement-breakpoint
CREATE INDEX "rejections_source" ON "rejections" USING btree ("source_id");--> statement-breakpoint
CREATE INDEX "sources_container" ON "sources" USING btree ("container_id");--> statement-breakpoint
CREATE INDEX "sources_storage" ON "sources" USING btree ("storage_id");--> statement-breakpoint
CREATE INDEX "changes_by_path" ON "changes" USING btree ("run_id","directory","path","id");--> statement-breakpoint
CREATE INDEX "changes_by_action" ON "changes" USING btree ("run_id","action","directory","path","id");--> statement-breakpoint
CREATE INDEX "changes_to_read" ON "changes" USING btree ("run_id","id") WHERE to_read;--> statement-breakpoint
CREATE INDEX "changes_dataset" ON "changes" USING btree ("dataset_id");--> statement-breakpoint
CREATE INDEX "problems_run" ON "problems" USING btree ("run_id");--> statement-breakpoint
CREATE UNIQUE INDEX "runs_one_active_per_container" ON "runs" USING btree ("container_id") WHERE state in ('queued', 'scanning', 'reading', 'applying', 'interrupted');--> statement-breakpoint
CREATE INDEX "runs_reverts" ON "runs" USING btree ("reverts_run_id") WHERE reverts_run_id is not null;--> statement-breakpoint
CREATE INDEX "runs_container" ON "runs" USING btree ("container_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "runs_leases" ON "runs" USING btree ("lease_until") WHERE lease_owner is not null;