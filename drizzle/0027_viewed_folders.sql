CREATE TABLE "viewed_folders" (
	"run_id" bigint NOT NULL,
	"user_id" text NOT NULL,
	"directory" text NOT NULL,
	"viewed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "viewed_folders_run_id_user_id_directory_pk" PRIMARY KEY("run_id","user_id","directory")
);
--> statement-breakpoint
ALTER TABLE "viewed_folders" ADD CONSTRAINT "viewed_folders_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "viewed_folders" ADD CONSTRAINT "viewed_folders_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "viewed_folders_user" ON "viewed_folders" USING btree ("user_id");