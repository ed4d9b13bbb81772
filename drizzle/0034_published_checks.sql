CREATE TABLE "published_checks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "published_checks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"container_id" bigint NOT NULL,
	"url" text NOT NULL,
	"collection" text NOT NULL,
	"reference" boolean DEFAULT false NOT NULL,
	"actor" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"lease_until" timestamp with time zone,
	"done" integer DEFAULT 0 NOT NULL,
	"ours" integer DEFAULT 0 NOT NULL,
	"theirs" integer DEFAULT 0 NOT NULL,
	"same" integer DEFAULT 0 NOT NULL,
	"differing" integer DEFAULT 0 NOT NULL,
	"missing" integer DEFAULT 0 NOT NULL,
	"foreign_items" integer DEFAULT 0 NOT NULL,
	"unknown" integer DEFAULT 0 NOT NULL,
	"reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "published_checks_state_known" CHECK ("published_checks"."state" in ('waiting', 'running', 'done', 'failed', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "published_differences" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "published_differences_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"check_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"item" text NOT NULL,
	"fields" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "published_differences_kind_known" CHECK ("published_differences"."kind" in ('missing', 'foreign', 'differing', 'unknown'))
);
--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "log_epoch" uuid;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "log_seq" bigint;--> statement-breakpoint
ALTER TABLE "published_checks" ADD CONSTRAINT "published_checks_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "published_differences" ADD CONSTRAINT "published_differences_check_id_published_checks_id_fk" FOREIGN KEY ("check_id") REFERENCES "public"."published_checks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "published_checks_container" ON "published_checks" USING btree ("container_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "published_checks_open" ON "published_checks" USING btree ("id") WHERE state in ('waiting', 'running');--> statement-breakpoint
CREATE INDEX "published_differences_check" ON "published_differences" USING btree ("check_id","id");