CREATE TABLE "acknowledgements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "acknowledgements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"cause" text NOT NULL,
	"storage_id" bigint,
	"note" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"until" timestamp with time zone,
	"containers" integer NOT NULL,
	"message" text NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_by" text,
	CONSTRAINT "acknowledgements_note" CHECK ("acknowledgements"."note" <> '')
);
--> statement-breakpoint
CREATE TABLE "rechecks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rechecks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"cause" text NOT NULL,
	"storage_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"trigger" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"cancelled_by" text,
	"runs" integer,
	CONSTRAINT "rechecks_kind" CHECK ("rechecks"."kind" in ('check', 'sync'))
);
--> statement-breakpoint
CREATE TABLE "storage_health" (
	"storage_id" bigint PRIMARY KEY NOT NULL,
	"probed_at" timestamp with time zone,
	"reached" boolean,
	"latency_ms" integer,
	"code" text,
	"message" text,
	"refused" boolean DEFAULT false NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"worker" text,
	"lease_until" timestamp with time zone,
	"told_down" boolean DEFAULT false NOT NULL,
	"told_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "notices" ALTER COLUMN "container_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "storages" ADD COLUMN "paused_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "storages" ADD COLUMN "paused_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "storages" ADD COLUMN "paused_by" text;--> statement-breakpoint
ALTER TABLE "storages" ADD COLUMN "pause_note" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "despite_pause" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "resume_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "storage_id" bigint;--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "containers" integer;--> statement-breakpoint
ALTER TABLE "acknowledgements" ADD CONSTRAINT "acknowledgements_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rechecks" ADD CONSTRAINT "rechecks_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "storage_health" ADD CONSTRAINT "storage_health_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "acknowledgements_open" ON "acknowledgements" USING btree ("cause") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "rechecks_open" ON "rechecks" USING btree ("storage_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "storage_health_due" ON "storage_health" USING btree ("next_at");--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notices_storage" ON "notices" USING btree ("storage_id") WHERE storage_id is not null;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_about_one" CHECK (("notices"."container_id" is null) <> ("notices"."storage_id" is null));--> statement-breakpoint
-- A pause is shown at the containers of the storage, like whether it answers.
CREATE OR REPLACE TRIGGER storages_notify_reach AFTER UPDATE ON "storages" FOR EACH ROW
	WHEN ((OLD.unreachable_since, OLD.unreachable_reason, OLD.paused_until) IS DISTINCT FROM (NEW.unreachable_since, NEW.unreachable_reason, NEW.paused_until))
	EXECUTE FUNCTION eosync_notify_reach();
--> statement-breakpoint
CREATE TRIGGER acknowledgements_notify AFTER INSERT OR UPDATE OR DELETE ON "acknowledgements" FOR EACH ROW EXECUTE FUNCTION eosync_notify_configuration();
--> statement-breakpoint
CREATE TRIGGER rechecks_notify AFTER INSERT OR UPDATE OR DELETE ON "rechecks" FOR EACH ROW EXECUTE FUNCTION eosync_notify_configuration();
--> statement-breakpoint
-- What a probe found; not each probe, of which there is one every few minutes.
CREATE TRIGGER storage_health_notify AFTER UPDATE ON "storage_health" FOR EACH ROW
	WHEN ((OLD.reached, OLD.code, OLD.message, OLD.refused) IS DISTINCT FROM (NEW.reached, NEW.code, NEW.message, NEW.refused))
	EXECUTE FUNCTION eosync_notify_configuration();
