CREATE TABLE "run_helpers" (
	"run_id" bigint NOT NULL,
	"owner" text NOT NULL,
	"phase" text NOT NULL,
	"done" bigint DEFAULT 0 NOT NULL,
	"files" bigint DEFAULT 0 NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "run_helpers_run_id_phase_owner_pk" PRIMARY KEY("run_id","phase","owner")
);
--> statement-breakpoint
CREATE TABLE "run_parts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "run_parts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"run_id" bigint NOT NULL,
	"rule" text NOT NULL,
	"source_id" bigint,
	"path" text,
	"parent" text,
	"first_change" bigint,
	"last_change" bigint,
	"for_leader" boolean DEFAULT false NOT NULL,
	"owner" text,
	"owned_until" timestamp with time zone,
	CONSTRAINT "run_parts_folder_or_changes" CHECK (("run_parts"."path" is null) = ("run_parts"."first_change" is not null)),
	CONSTRAINT "run_parts_owner_complete" CHECK (("run_parts"."owner" is null) = ("run_parts"."owned_until" is null))
);
--> statement-breakpoint
ALTER TABLE "run_helpers" ADD CONSTRAINT "run_helpers_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_parts" ADD CONSTRAINT "run_parts_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_parts_run" ON "run_parts" USING btree ("run_id","id");