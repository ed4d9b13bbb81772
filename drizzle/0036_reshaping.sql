ALTER TYPE "public"."run_kind" ADD VALUE 'split';--> statement-breakpoint
ALTER TYPE "public"."run_kind" ADD VALUE 'merge';--> statement-breakpoint
CREATE TABLE "former_ids" (
	"eo_id" text PRIMARY KEY NOT NULL,
	"container_id" bigint NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"how" text NOT NULL,
	"actor" text NOT NULL,
	"run_id" bigint,
	CONSTRAINT "former_ids_ncname" CHECK ("eo_id" ~ '^[^-.0-9:[:space:]][^:[:space:]]*$'),
	CONSTRAINT "former_ids_how" CHECK ("former_ids"."how" in ('renamed', 'merged'))
);
--> statement-breakpoint
CREATE TABLE "reshaped_containers" (
	"run_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"container_id" bigint,
	"role" text NOT NULL,
	"eo_id" text NOT NULL,
	"datasets" integer NOT NULL,
	"plan" jsonb NOT NULL,
	"before" jsonb,
	"base_revision" bigint,
	"applied_revision" bigint,
	CONSTRAINT "reshaped_containers_run_id_position_pk" PRIMARY KEY("run_id","position"),
	CONSTRAINT "reshaped_containers_role" CHECK ("reshaped_containers"."role" in ('split', 'part', 'into', 'merged'))
);
--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "merged_into" bigint;--> statement-breakpoint
ALTER TABLE "former_ids" ADD CONSTRAINT "former_ids_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reshaped_containers" ADD CONSTRAINT "reshaped_containers_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reshaped_containers" ADD CONSTRAINT "reshaped_containers_container_id_containers_id_fk" FOREIGN KEY ("container_id") REFERENCES "public"."containers"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "former_ids_container" ON "former_ids" USING btree ("container_id");--> statement-breakpoint
CREATE INDEX "reshaped_containers_container" ON "reshaped_containers" USING btree ("container_id");--> statement-breakpoint
CREATE INDEX "containers_merged" ON "containers" USING btree ("merged_into") WHERE merged_into is not null;--> statement-breakpoint
ALTER TABLE "containers" ADD CONSTRAINT "containers_merged_are_gone" CHECK ("containers"."merged_into" is null or "containers"."deleted_at" is not null);
--> statement-breakpoint
-- Whoever creates or renames a container: two at once do not see what the other is about to write. After the row, so that it is seen by then.
CREATE FUNCTION eosync_refuse_former_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM former_ids f WHERE f.eo_id = NEW.eo_id) THEN
		RAISE EXCEPTION 'The EO ID % is a former ID of a container; choose another one.', NEW.eo_id USING ERRCODE = 'unique_violation';
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER containers_not_former AFTER INSERT OR UPDATE OF eo_id ON "containers" FOR EACH ROW EXECUTE FUNCTION eosync_refuse_former_id();
