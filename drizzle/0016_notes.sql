ALTER TABLE "problems" ADD COLUMN "is_note" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "notes" integer DEFAULT 0 NOT NULL;