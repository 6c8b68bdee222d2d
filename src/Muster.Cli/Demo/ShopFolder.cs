using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Cli.Demo;

/// <summary>The sample document in a folder of its own, with the ports that the shop really got.</summary>
static class ShopFolder
{
    public static void Write(string folder, Shop shop)
    {
        using var stream = typeof(ShopFolder).Assembly.GetManifestResourceStream("samples/shop/muster.yaml")!;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        text = Port("https", text, shop.Https);
        text = Port("http", text, shop.Http);
        text = Port("admin", text, shop.AdminPort);
        File.WriteAllText(Path.Combine(folder, "muster.yaml"), text);
    }

    static string Port(string name, string text, int port) => new Regex($@"(?<=\b{name}: )\d{{5}}").Replace(text, port.ToString(CultureInfo.InvariantCulture), 1);
}
