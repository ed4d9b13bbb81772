CREATE TABLE "told_causes" (
	"cause" text PRIMARY KEY NOT NULL,
	"sentence" text NOT NULL,
	"containers" integer NOT NULL,
	"told_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "notices" DROP CONSTRAINT "notices_about_one";--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "cause" text;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_about_one" CHECK (num_nonnulls("notices"."container_id", "notices"."storage_id", "notices"."target_id", "notices"."cause") = 1);