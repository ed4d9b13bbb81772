CREATE TABLE "exceptions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "exceptions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"container_id" bigint NOT NULL,
	"storage_id" bigint NOT NULL,
	"path" text NOT NULL,
	"action" "change_action" NOT NULL,
	"from_path" text,
	"eo_id" text,
	"until" text NOT NULL,
	"note" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"run_id" bigint NOT NULL,
	"files" jsonb,
	"rule" text,
	"ended_at" timestamp with time zone,
	"ended_by" text,
	"ended_reason" text,
	CONSTRAINT "exceptions_until" CHECK ("exceptions"."until" in ('until-changed', 'for-good')),
	CONSTRAINT "exceptions_note" CHECK ("exceptions"."note" <> '')
);
--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "left_out" text;--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "exception_id" bigint;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "left_out" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "excepted" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "selection" jsonb;--> statement-breakpoint
ALTER TABLE "exceptions" ADD CONSTRAINT "exceptions_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exceptions" ADD CONSTRAINT "exceptions_storage_id_storages_id_fk" FOREIGN KEY ("storage_id") REFERENCES "public"."storages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "exceptions_one_per_change" ON "exceptions" USING btree ("container_id","storage_id","path","action") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "exceptions_container" ON "exceptions" USING btree ("container_id","id");--> statement-breakpoint
CREATE INDEX "exceptions_storage" ON "exceptions" USING btree ("storage_id");--> statement-breakpoint
-- What a person chose of a plan, and what exceptions keep out of it.
CREATE TRIGGER runs_notify_selection AFTER UPDATE ON "runs" FOR EACH ROW
	WHEN ((OLD.left_out, OLD.excepted, OLD.selection) IS DISTINCT FROM (NEW.left_out, NEW.excepted, NEW.selection))
	EXECUTE FUNCTION eosync_notify_run();
--> statement-breakpoint
-- A container's exceptions are shown with it: hearing of its last run makes pages read it again.
CREATE FUNCTION eosync_notify_exceptions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('eosync_run', (SELECT max(r.id) FROM runs r WHERE r.container_id = c.id)::text)
	FROM containers c WHERE c.id IN (SELECT container_id FROM altered) AND EXISTS (SELECT FROM runs r WHERE r.container_id = c.id);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER exceptions_notify_insert AFTER INSERT ON "exceptions"
	REFERENCING NEW TABLE AS altered FOR EACH STATEMENT EXECUTE FUNCTION eosync_notify_exceptions();
--> statement-breakpoint
CREATE TRIGGER exceptions_notify_update AFTER UPDATE ON "exceptions"
	REFERENCING NEW TABLE AS altered FOR EACH STATEMENT EXECUTE FUNCTION eosync_notify_exceptions();
