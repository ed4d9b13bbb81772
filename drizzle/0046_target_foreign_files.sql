CREATE TABLE "target_foreign_files" (
	"push_id" bigint NOT NULL,
	"number" integer NOT NULL,
	"storage_id" bigint NOT NULL,
	"directory" text NOT NULL,
	"name" text NOT NULL,
	"metadata" text[] NOT NULL,
	"collections" text[] NOT NULL,
	CONSTRAINT "target_foreign_files_push_id_number_pk" PRIMARY KEY("push_id","number")
);
--> statement-breakpoint
ALTER TABLE "target_foreign_files" ADD CONSTRAINT "target_foreign_files_difference" FOREIGN KEY ("push_id","number") REFERENCES "public"."target_differences"("push_id","number") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "target_foreign_files_folder" ON "target_foreign_files" USING btree ("push_id","storage_id","directory","number");