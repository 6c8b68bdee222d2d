using System.Globalization;

namespace Muster.Ledger;

/// <summary>Paths of C2SP tlog-tiles: <c>tile/0/x001/x234/067.p/12</c>. 256 hashes, or entries, to a tile.</summary>
static class TilePath
{
    public const int Width = 256;

    public static string Hashes(int level, long tile, int width) => Of(level.ToString(CultureInfo.InvariantCulture), tile, width);

    public static string Entries(long tile, int width) => Of("entries", tile, width);

    /// <summary>The folder that holds the partial forms of a tile.</summary>
    public static string Partials(string tilePath) => tilePath + ".p";

    static string Of(string level, long tile, int width)
    {
        var number = (tile % 1000).ToString("000", CultureInfo.InvariantCulture);
        for (var rest = tile / 1000; rest > 0; rest /= 1000) number = "x" + (rest % 1000).ToString("000", CultureInfo.InvariantCulture) + "/" + number;
        var path = $"tile/{level}/{number}";
        return width == Width ? path : string.Create(CultureInfo.InvariantCulture, $"{path}.p/{width}");
    }
}
