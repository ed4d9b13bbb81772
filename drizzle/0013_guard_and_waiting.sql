CREATE TABLE "suspects" (
	"container_id" bigint NOT NULL,
	"dataset_id" bigint NOT NULL,
	"source_id" bigint NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"looks" integer NOT NULL,
	"looked_at" timestamp with time zone NOT NULL,
	"run_id" bigint NOT NULL,
	CONSTRAINT "suspects_container_id_dataset_id_pk" PRIMARY KEY("container_id","dataset_id")
);
--> statement-breakpoint
CREATE TABLE "waiting_files" (
	"container_id" bigint NOT NULL,
	"storage_id" bigint NOT NULL,
	"path" text NOT NULL,
	"directory" text NOT NULL,
	"source_id" bigint NOT NULL,
	"files" jsonb NOT NULL,
	"since" timestamp with time zone NOT NULL,
	CONSTRAINT "waiting_files_container_id_storage_id_path_pk" PRIMARY KEY("container_id","storage_id","path")
);
--> statement-breakpoint
ALTER TABLE "runs" DROP CONSTRAINT "runs_finished_when_over";--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "guard" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "removal_looks" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "removal_after" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "storages" ADD COLUMN "unreachable_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "storages" ADD COLUMN "unreachable_reason" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "removes_now" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "same_as_run_id" bigint;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "seen_again_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "waiting" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "suspect" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "reread" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "refreshed" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "suspects" ADD CONSTRAINT "suspects_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspects" ADD CONSTRAINT "suspects_dataset_id_datasets_id_fk" FOREIGN KEY ("dataset_id") REFERENCES "public"."datasets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspects" ADD CONSTRAINT "suspects_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waiting_files" ADD CONSTRAINT "waiting_files_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waiting_files" ADD CONSTRAINT "waiting_files_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waiting_files" ADD CONSTRAINT "waiting_files_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "suspects_dataset" ON "suspects" USING btree ("dataset_id");--> statement-breakpoint
CREATE INDEX "suspects_source" ON "suspects" USING btree ("source_id");--> statement-breakpoint
CREATE INDEX "waiting_files_source" ON "waiting_files" USING btree ("source_id","directory");--> statement-breakpoint
ALTER TABLE "containers" ADD CONSTRAINT "containers_removal_looks" CHECK ("containers"."removal_looks" between 1 and 100);--> statement-breakpoint
ALTER TABLE "containers" ADD CONSTRAINT "containers_removal_after" CHECK ("containers"."removal_after" between 0 and 31536000);--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_finished_when_over" CHECK (("runs"."state" in ('succeeded', 'partial', 'failed', 'cancelled') or "runs"."same_as_run_id" is not null) = ("runs"."finished_at" is not null));--> statement-breakpoint
-- 20% was the default, and nothing tells who stated it: it counts as not stated.
UPDATE "containers" SET "guard" = jsonb_build_object('maxRemovals', "max_removals") WHERE "max_removals" <> '20%';
