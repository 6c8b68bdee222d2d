using System.Globalization;
using System.Text;

namespace Muster.Probes;

/// <summary>A dump of one small table, and what was captured of it.</summary>
static class RestoreFixture
{
    public static string Dump(int rows)
    {
        var text = new StringBuilder("--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 13.0\n-- Dumped by pg_dump version 13.0\n\nCREATE TABLE public.orders (id integer, name text);\n\nCOPY public.orders (id, name) FROM stdin;\n");
        for (var row = 1; row <= rows; row++) text.Append(string.Create(CultureInfo.InvariantCulture, $"{row}\torder {row}\n"));
        return text.Append("\\.\n\n--\n-- PostgreSQL database dump complete\n--\n").ToString();
    }

    public static RestoreManifest Manifest(DateTimeOffset taken) =>
        new(taken, "shop", "sha256:2ada500044896689607b50b0e8857568ddb55cd879640a3f81553142f2d1a027", 2, [new("public.orders", 3, "9360073668132328944")]);
}
