ALTER TABLE "directories" ADD COLUMN "doubts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "run_directories" ADD COLUMN "doubts" integer DEFAULT 0 NOT NULL;