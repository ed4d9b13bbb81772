ALTER TYPE "public"."run_trigger" ADD VALUE 'watch';--> statement-breakpoint
CREATE TABLE "channels" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "channels_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"config" jsonb NOT NULL,
	"sealed" text,
	"events" text[] NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"told_notice" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "channels_name_unique" UNIQUE("name"),
	CONSTRAINT "channels_name_not_empty" CHECK ("channels"."name" <> '')
);
--> statement-breakpoint
CREATE TABLE "container_health" (
	"container_id" bigint PRIMARY KEY NOT NULL,
	"health" text DEFAULT 'in order' NOT NULL,
	"run_id" bigint,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"told_at" timestamp with time zone,
	"changed" boolean DEFAULT true NOT NULL,
	CONSTRAINT "container_health_known" CHECK ("container_health"."health" in ('in order', 'failed', 'held', 'overdue'))
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "deliveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"key" uuid DEFAULT gen_random_uuid() NOT NULL,
	"channel_id" bigint NOT NULL,
	"message" jsonb NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"status" integer,
	"response" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "deliveries_state_known" CHECK ("deliveries"."state" in ('waiting', 'delivered', 'given up'))
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"container_id" bigint NOT NULL,
	"event" text NOT NULL,
	"run_id" bigint,
	"reason" text NOT NULL,
	"repeated" boolean DEFAULT false NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notices_event_known" CHECK ("notices"."event" in ('failed', 'held', 'recovered', 'overdue'))
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "watches" (
	"source_id" bigint NOT NULL,
	"worker" text NOT NULL,
	"mode" text NOT NULL,
	"reason" text,
	"folders" integer DEFAULT 0 NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"lease_until" timestamp with time zone NOT NULL,
	CONSTRAINT "watches_source_id_pk" PRIMARY KEY("source_id"),
	CONSTRAINT "watches_mode_known" CHECK ("watches"."mode" in ('starting', 'watching', 'polling', 'waiting'))
);
--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "schedule_zone" text DEFAULT 'UTC' NOT NULL;--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "schedule_kind" text DEFAULT 'sync' NOT NULL;--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "schedule_jitter" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "by_hand" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "watch" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "container_health" ADD CONSTRAINT "container_health_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "watches" ADD CONSTRAINT "watches_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "container_health_changed" ON "container_health" USING btree ("container_id") WHERE changed;--> statement-breakpoint
CREATE INDEX "deliveries_due" ON "deliveries" USING btree ("next_at") WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX "deliveries_channel" ON "deliveries" USING btree ("channel_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "notices_container" ON "notices" USING btree ("container_id");--> statement-breakpoint
CREATE INDEX "notices_run" ON "notices" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "runs_scheduled" ON "runs" USING btree ("container_id","created_at") WHERE trigger = 'schedule';--> statement-breakpoint
ALTER TABLE "containers" ADD CONSTRAINT "containers_schedule_kind" CHECK ("containers"."schedule_kind" in ('sync', 'check'));--> statement-breakpoint
ALTER TABLE "containers" ADD CONSTRAINT "containers_schedule_jitter" CHECK ("containers"."schedule_jitter" between 0 and 1440);--> statement-breakpoint
-- A run that came to an end, or to a person: whoever tells of how containers do looks at this one again.
CREATE FUNCTION eosync_mark_health() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO container_health AS h (container_id) VALUES (NEW.container_id)
	ON CONFLICT (container_id) DO UPDATE SET changed = true WHERE NOT h.changed;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER runs_mark_health AFTER UPDATE ON "runs" FOR EACH ROW
	WHEN (OLD.state <> NEW.state AND (NEW.finished_at IS NOT NULL OR NEW.state IN ('held', 'planned')))
	EXECUTE FUNCTION eosync_mark_health();
--> statement-breakpoint
CREATE TRIGGER settings_notify AFTER INSERT OR UPDATE OR DELETE ON "settings" FOR EACH STATEMENT EXECUTE FUNCTION eosync_notify_configuration();
