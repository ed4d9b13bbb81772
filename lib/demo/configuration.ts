import { commandName } from "#lib/installation.ts";

/**
 * The configuration file of the demonstration, to be read and edited. `edited`: as an operator changed it later, so that
 * a check also finds datasets to link and to unlink.
 */
export function demoConfiguration({ edited = false } = {}): string {
	return `# The demonstration's configuration. Edit it and run: ${commandName} configure THIS_FILE
# Everyone who reaches this eosync may read what is published, by the STAC API: http://127.0.0.1:3000/stac
storages:
  - { name: demo, type: local, root: archive }

containers:
  - id: S2_MSI_L1C
    kind: dataset-series
    title: Sentinel-2 over the Alps, the Danube and Taveuni
    publish: { stac: public }
    sources:
      - { storage: demo, path: sentinel2, include: ["*.tif"], metadata: ["{stem}.xml"] }

  - id: MER_FRS_1P
    kind: dataset-series
    title: MERIS full resolution${edited ? ", with Sentinel-2 over Vienna beside it" : ""}
    publish: { stac: public }
    sources:
      - { storage: demo, path: meris, include: ["MER_*.tif", "incoming/*.tif"]${edited ? ', exclude: ["*20060816_1[36]*.tif"]' : ""}, rangeType: MERIS_RGB }${
				edited ? '\n      - { storage: demo, path: sentinel2/T33UWP, include: ["*.tif"] }' : ""
			}

  - id: GLOBAL_MOSAIC
    kind: rectified-stitched-mosaic
    title: Global mosaic of 2010
    publish: { stac: public }
    rangeType: GRAY
    sources:
      # Neither metadata nor tags have a time: it is in the names.
      - { storage: demo, path: mosaic, include: ["GLOBAL_*.tif"], fileName: '^GLOBAL_(?<begin>\\d{8})_(?<end>\\d{8})_' }
`;
}
