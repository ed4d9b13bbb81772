CREATE TABLE "health_days" (
	"day" date PRIMARY KEY NOT NULL,
	"containers" integer NOT NULL,
	"untrue" integer NOT NULL,
	"differences" bigint NOT NULL,
	"rejected" bigint NOT NULL,
	"waiting" integer NOT NULL,
	"oldest_as_of" timestamp with time zone,
	"written_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "schedule_full" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "schedule_verify" text;--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "verified_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "datasets" ADD COLUMN "verified_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "verified" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "datasets_then" integer;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "rejected_then" integer;--> statement-breakpoint
CREATE INDEX "datasets_unread" ON "datasets" USING btree ("home_source_id",coalesce(verified_at, created_at)) WHERE archived_at is null;--> statement-breakpoint
-- What the container has at the end of each run: by whichever process, and however it ends.
CREATE FUNCTION eosync_note_container_then() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.datasets_then := (SELECT dataset_count FROM containers WHERE id = NEW.container_id);
	NEW.rejected_then := (SELECT count(*) FROM rejections WHERE container_id = NEW.container_id);
	RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER runs_note_container_then BEFORE UPDATE ON "runs" FOR EACH ROW
	WHEN (OLD.state <> NEW.state AND (NEW.finished_at IS NOT NULL OR NEW.state IN ('held', 'planned')))
	EXECUTE FUNCTION eosync_note_container_then();
