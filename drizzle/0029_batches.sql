CREATE TABLE "batch_containers" (
	"batch_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"container_id" bigint NOT NULL,
	"kind" "run_kind" NOT NULL,
	"full" boolean DEFAULT false NOT NULL,
	"run_id" bigint,
	"left_out_at" timestamp with time zone,
	CONSTRAINT "batch_containers_batch_id_position_pk" PRIMARY KEY("batch_id","position"),
	CONSTRAINT "batch_containers_kind_known" CHECK ("batch_containers"."kind" in ('sync', 'check')),
	CONSTRAINT "batch_containers_run_or_left_out" CHECK ("batch_containers"."run_id" is null or "batch_containers"."left_out_at" is null)
);
--> statement-breakpoint
CREATE TABLE "batches" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "batches_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" "run_kind" NOT NULL,
	"trigger" "run_trigger" NOT NULL,
	"actor" text NOT NULL,
	"of_all" boolean DEFAULT false NOT NULL,
	"containers" integer NOT NULL,
	"removes_now" boolean DEFAULT false NOT NULL,
	"approval_reason" text,
	"retries" bigint,
	"after_run" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"paused_at" timestamp with time zone,
	"paused_by" text,
	"cancelled_at" timestamp with time zone,
	"cancelled_by" text,
	"finished_at" timestamp with time zone,
	"console" text,
	"console_until" timestamp with time zone,
	CONSTRAINT "batches_kind_known" CHECK ("batches"."kind" in ('sync', 'check')),
	CONSTRAINT "batches_paused_by" CHECK (("batches"."paused_at" is null) = ("batches"."paused_by" is null)),
	CONSTRAINT "batches_cancelled_by" CHECK (("batches"."cancelled_at" is null) = ("batches"."cancelled_by" is null)),
	CONSTRAINT "batches_console_complete" CHECK (("batches"."console" is null) = ("batches"."console_until" is null))
);
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "batch_id" bigint;--> statement-breakpoint
ALTER TABLE "batch_containers" ADD CONSTRAINT "batch_containers_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batch_containers" ADD CONSTRAINT "batch_containers_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batch_containers" ADD CONSTRAINT "batch_containers_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batch_containers_waiting" ON "batch_containers" USING btree ("batch_id","position") WHERE run_id is null and left_out_at is null;--> statement-breakpoint
CREATE INDEX "batch_containers_waiting_container" ON "batch_containers" USING btree ("container_id") WHERE run_id is null and left_out_at is null;--> statement-breakpoint
CREATE INDEX "batch_containers_container" ON "batch_containers" USING btree ("container_id","batch_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "batch_containers_run" ON "batch_containers" USING btree ("run_id") WHERE run_id is not null;--> statement-breakpoint
CREATE INDEX "batches_open" ON "batches" USING btree ("id") WHERE finished_at is null;--> statement-breakpoint
CREATE INDEX "runs_of_batch" ON "runs" USING btree ("batch_id","id" DESC NULLS LAST) WHERE batch_id is not null;--> statement-breakpoint
CREATE INDEX "runs_of_none" ON "runs" USING btree ("id" DESC NULLS LAST) WHERE batch_id is null;
--> statement-breakpoint
-- A run counts in every batch whose container waits for its turn, if it does at least what that asks for: whoever asked for it. A row
-- that is locked is just being given its turn, or left out: who does that sees to it.
CREATE FUNCTION eosync_count_in_batches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	WITH counted AS (
		UPDATE batch_containers bc SET run_id = w.run_id FROM (
			SELECT waiting.batch_id, waiting.position, i.id AS run_id FROM inserted i
			JOIN batch_containers waiting ON waiting.container_id = i.container_id AND waiting.run_id IS NULL AND waiting.left_out_at IS NULL
			JOIN batches b ON b.id = waiting.batch_id
			WHERE i.kind IN ('sync', waiting.kind) AND (i."full" OR NOT waiting."full") AND (i.removes_now OR NOT b.removes_now)
			FOR NO KEY UPDATE OF waiting SKIP LOCKED
		) w WHERE bc.batch_id = w.batch_id AND bc.position = w.position
		RETURNING bc.run_id, bc.batch_id
	)
	UPDATE runs r SET batch_id = first.batch_id
	FROM (SELECT run_id, min(batch_id) AS batch_id FROM counted GROUP BY run_id) first
	WHERE r.id = first.run_id AND r.batch_id IS NULL;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER runs_count_in_batches AFTER INSERT ON "runs"
	REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION eosync_count_in_batches();
--> statement-breakpoint
CREATE FUNCTION eosync_notify_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('eosync_batch', NEW.id::text);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER batches_notify_insert AFTER INSERT ON "batches" FOR EACH ROW EXECUTE FUNCTION eosync_notify_batch();
--> statement-breakpoint
-- A console's heartbeat shows nowhere.
CREATE TRIGGER batches_notify_update AFTER UPDATE ON "batches" FOR EACH ROW
	WHEN ((OLD.paused_at, OLD.cancelled_at, OLD.finished_at, OLD.console) IS DISTINCT FROM (NEW.paused_at, NEW.cancelled_at, NEW.finished_at, NEW.console))
	EXECUTE FUNCTION eosync_notify_batch();
