ALTER TABLE "containers" ADD COLUMN "mosaic_range_type" text;--> statement-breakpoint
ALTER TABLE "containers" ADD COLUMN "mosaic_refit" boolean DEFAULT false NOT NULL;