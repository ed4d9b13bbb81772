"""Every EPSG code of projected and geographic CRSs as PROJ has it, and the datum shifts of its database.

Writes `{"codes": {code: {"datum", "replacement", "points": [[x, y, lon, lat], ...]}}, "names": {datum: code}, "shifts": {datum: [shift, ...]}}`: nine
points of the area of use in the units of the CRS and on WGS 84, without network and grids; the code that stands for a
deprecated one, as GDAL takes it; shifts as PROJ's `+towgs84` has them, those about a pivot brought to the centre of the Earth.
"""

import json
import math
import os
import re
import sqlite3

os.environ["PROJ_NETWORK"] = "OFF"

from osgeo import gdal, osr

gdal.PushErrorHandler("CPLQuietErrorHandler")
osr.DontUseExceptions()
query = sqlite3.connect("/usr/share/proj/proj.db").execute

TRANSLATIONS = {9603, 1031, 1035}
COORDINATE_FRAME = {9607, 1032, 1038, 9636, 1034, 1039}
POSITION_VECTOR = {9606, 1033, 1037, 1061, 1062, 1063}
# What counts as WGS 84 where there is a shift to or from it.
LIKE_WGS84 = {4326, 4258, 4269, 4283, 4612, 4171, 4167, 4674, 4148, 4189, 4686, 4755, 4759, 4152, 6318, 7844, 4737, 4670, 4765}

datums = dict(query("select code, datum_code from geodetic_crs where auth_name = 'EPSG'"))
names = dict(query("select code, name from geodetic_datum where auth_name = 'EPSG'"))
factors = dict(query("select code, conv_factor from unit_of_measure where auth_name = 'EPSG'"))
bases = dict(query("select code, geodetic_crs_code from projected_crs where auth_name = 'EPSG'"))


def shifts_by_datum():
    found = {}

    def add(datum, shift):
        known = found.setdefault(datum, [])
        if shift not in known:
            known.append(shift)

    rows = query(
        """select source_crs_code, target_crs_code, method_code, tx, ty, tz, rx, ry, rz, rotation_uom_code,
           scale_difference, scale_difference_uom_code, px, py, pz from helmert_transformation_table
           where source_crs_auth_name = 'EPSG' and target_crs_auth_name = 'EPSG' order by code"""
    )
    for source, target, method, tx, ty, tz, rx, ry, rz, rotation, ds, parts, px, py, pz in rows:
        if method not in TRANSLATIONS | COORDINATE_FRAME | POSITION_VECTOR or source not in datums:
            continue
        shift = [tx, ty, tz]
        if rx is not None:
            sign = -1 if method in COORDINATE_FRAME else 1
            turns = [sign * turn * factors[rotation] for turn in (rx, ry, rz)]
            scale = ds * factors[parts]
            if px is not None:
                a, b, c = turns
                turned = [px - c * py + b * pz, c * px + py - a * pz, -b * px + a * py + pz]
                shift = [round(t + p - (1 + scale) * q, 4) for t, p, q in zip(shift, (px, py, pz), turned)]
            shift += [round(math.degrees(turn) * 3600, 10) for turn in turns] + [round(scale * 1e6, 10)]
        add(datums[source], shift)
        if source in LIKE_WGS84 and target in datums:
            add(datums[target], [-number for number in shift])
    # The same datum counted from another prime meridian, as in "... (Paris)".
    for code, name in names.items():
        for other, plain in names.items():
            if "(" in name and name.split(" (")[0] == plain:
                for shift in found.get(other, []):
                    add(code, shift)
    return found


def replacements():
    rows = query(
        """select deprecated_code, replacement_code from deprecation where table_name in ('projected_crs', 'geodetic_crs')
           and deprecated_auth_name = 'EPSG' and replacement_auth_name = 'EPSG'"""
    ).fetchall()
    return {code: other for code, other in rows if sum(1 for row in rows if row[0] == code) == 1}


def datum_names():
    rows = query(
        """select d.code, d.name, c.code from geodetic_datum d join geodetic_crs c on c.datum_code = d.code
           where d.auth_name = 'EPSG' and c.auth_name = 'EPSG' and c.datum_auth_name = 'EPSG' and d.deprecated = 0
           and c.deprecated = 0 and c.type = 'geographic 2D' order by c.code"""
    ).fetchall()
    found = {}
    for datum, name, code in rows:
        aliases = query(
            """select alt_name from alias_name where table_name = 'geodetic_datum' and auth_name = 'EPSG' and code = ?
               and source = 'ESRI'""",
            (datum,),
        )
        for one in [name] + [alias for (alias,) in aliases]:
            plain = re.sub("[^a-z0-9]", "", re.sub("^D_", "", one.replace("+", "plus")).lower())
            found.setdefault(plain, code)
    return found


def areas():
    return query(
        """select c.code, e.west_lon, e.south_lat, e.east_lon, e.north_lat from (
             select auth_name, code, 'projected_crs' kind from projected_crs union all
             select auth_name, code, 'geodetic_crs' kind from geodetic_crs where type = 'geographic 2D') c
           join usage u on u.object_table_name = c.kind and u.object_auth_name = c.auth_name and u.object_code = c.code
           join extent e on e.auth_name = u.extent_auth_name and e.code = u.extent_code
           where c.auth_name = 'EPSG' and e.west_lon is not null group by c.code order by c.code"""
    ).fetchall()


def points(code, west, south, east, north):
    wgs84, crs = osr.SpatialReference(), osr.SpatialReference()
    wgs84.ImportFromEPSG(4326)
    if crs.ImportFromEPSG(code) != 0:
        return []
    for one in (wgs84, crs):
        one.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    there, back = osr.CoordinateTransformation(wgs84, crs), osr.CoordinateTransformation(crs, wgs84)
    if not getattr(there, "this", None) or not getattr(back, "this", None):
        return []
    found = []
    for fx, fy in [(0.5, 0.5)] + [(fx, fy) for fx in (0.1, 0.5, 0.9) for fy in (0.1, 0.5, 0.9) if (fx, fy) != (0.5, 0.5)]:
        lon = west + ((east - west) % 360 or 360) * fx
        x, y, _ = there.TransformPoint(lon - 360 if lon > 180 else lon, south + (north - south) * fy)
        if not math.isfinite(x):
            continue
        lon, lat, _ = back.TransformPoint(x, y)
        if math.isfinite(lon):
            found.append([round(x, 8), round(y, 8), round(lon, 7), round(lat, 7)])
    return found


replaced = replacements()
codes = {
    code: {
        "datum": datums.get(bases.get(code, code)),
        "replacement": replaced.get(code),
        "points": points(code, *area),
    }
    for code, *area in areas()
}
print(json.dumps({"codes": codes, "names": datum_names(), "shifts": shifts_by_datum()}))
