ALTER TABLE "directories" ADD COLUMN "listing" text;--> statement-breakpoint
ALTER TABLE "run_directories" ADD COLUMN "listing" text;