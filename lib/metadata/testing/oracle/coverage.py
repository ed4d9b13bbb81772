"""Which places on Earth an extent covers, by PROJ; and whether footprints are valid, by GEOS.

Reads `{"covers": {name: {crs, extent}}, "footprints": {name: GeoJSON}}` from standard input. `covers` answers with a text of
one letter a place of a grid in longitude and latitude (`1`: covered, `.`: not, `?`: within 1.5 degrees of the edge);
`footprints` with `true`, or the reason why it is not valid.
"""

import json
import os
import sys

os.environ["PROJ_NETWORK"] = "OFF"

from osgeo import gdal, ogr, osr

gdal.PushErrorHandler("CPLQuietErrorHandler")
osr.DontUseExceptions()


def covers(crs, extent):
    there, wgs84 = osr.SpatialReference(), osr.SpatialReference()
    there.SetFromUserInput(crs)
    wgs84.ImportFromEPSG(4326)
    for one in (there, wgs84):
        one.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    transformation = osr.CoordinateTransformation(wgs84, there)
    minx, miny, maxx, maxy = extent

    def inside(lon, lat):
        x, y, _ = transformation.TransformPoint(lon, lat)
        turns = (-360, 0, 360) if there.IsGeographic() else (0,)
        return any(minx <= x + turn <= maxx for turn in turns) and miny <= y <= maxy

    letters = []
    for row in range(24):
        for column in range(48):
            lon, lat = -176.3 + 7.5 * column, -86.3 + 7.5 * row
            near = [inside(lon + a, lat + b) for a in (-1.5, 0, 1.5) for b in (-1.5, 0, 1.5)]
            if all(near):
                letters.append("1")
            elif any(near):
                letters.append("?")
            else:
                letters.append(".")
    return "".join(letters)


def validity(geojson):
    geometry = ogr.CreateGeometryFromJson(json.dumps(geojson))
    messages = []
    gdal.PushErrorHandler(lambda kind, number, text: messages.append(text))
    valid = geometry.IsValid()
    gdal.PopErrorHandler()
    return True if valid else (messages or ["not valid"])[0]


asked = json.load(sys.stdin)
print(
    json.dumps(
        {
            "covers": {name: covers(one["crs"], one["extent"]) for name, one in asked.get("covers", {}).items()},
            "footprints": {name: validity(one) for name, one in asked.get("footprints", {}).items()},
        }
    )
)
