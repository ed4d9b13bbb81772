"""What GDAL and PROJ make of files: reads their paths from standard input, writes a JSON object by base name.

Used by `oracle.ts` with GDAL 3.6 and PROJ 9.1 of Debian 12 (python3-gdal), without network and grids.
"""

import json
import os
import sys

os.environ["PROJ_NETWORK"] = "OFF"

from osgeo import gdal, osr

gdal.UseExceptions()
osr.UseExceptions()

FRACTIONS = [(0, 0), (1, 0), (1, 1), (0, 1), (0.5, 0.5)]


def points(dataset):
    """Longitude and latitude (WGS 84) of the corners and the middle; None where there are none."""
    crs = dataset.GetSpatialRef() or dataset.GetGCPSpatialRef()
    if crs is None or not crs.IsGeographic() and not crs.IsProjected():
        return None
    wgs84 = osr.SpatialReference()
    wgs84.ImportFromEPSG(4326)
    for one in (crs, wgs84):
        one.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    transformation = osr.CoordinateTransformation(crs, wgs84)
    a = dataset.GetGeoTransform()
    found = []
    for fx, fy in FRACTIONS:
        pixel, line = fx * dataset.RasterXSize, fy * dataset.RasterYSize
        x, y = a[0] + a[1] * pixel + a[2] * line, a[3] + a[4] * pixel + a[5] * line
        try:
            lon, lat, _ = transformation.TransformPoint(x, y)
            found.append([round(lon, 6), round(lat, 6)] if abs(lon) <= 720 and abs(lat) <= 90.01 else None)
        except RuntimeError:
            found.append(None)
    return found


def describe(path):
    try:
        dataset = gdal.Open(path)
    except RuntimeError as error:
        return {"error": str(error)[:200]}
    try:
        where = points(dataset)
    except RuntimeError:
        where = None
    return {"size": [dataset.RasterXSize, dataset.RasterYSize], "points": where}


print(json.dumps({os.path.basename(path): describe(path) for path in sys.stdin.read().split("\n") if path}))
