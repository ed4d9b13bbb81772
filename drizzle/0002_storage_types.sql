ALTER TYPE "public"."storage_type" ADD VALUE 'ftp';--> statement-breakpoint
ALTER TYPE "public"."storage_type" ADD VALUE 'sftp';--> statement-breakpoint
ALTER TYPE "public"."storage_type" ADD VALUE 's3';--> statement-breakpoint
ALTER TYPE "public"."storage_type" ADD VALUE 'http';--> statement-breakpoint
ALTER TYPE "public"."storage_type" ADD VALUE 'rasdaman';--> statement-breakpoint
ALTER TABLE "storages" ADD COLUMN "sealed" text;