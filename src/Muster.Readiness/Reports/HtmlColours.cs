namespace Muster.Readiness;

/// <summary>Inks and grounds by what they mean, for each scheme.</summary>
static class HtmlColours
{
    public static readonly Html Light = Html.Of($$"""

        :root {
          color-scheme: light dark;
          --paper: #ffffff; --ground: #f4f5f3; --ink: #1b2125; --soft: #566067; --line: #d8dddb; --link: #1d4f91; --raised: #fafbfa;
          --good: #17653a; --good-ground: #e4f3e9; --bad: #a11d18; --bad-ground: #fce9e7; --doubt: #7a4d00; --doubt-ground: #fbf0d9;
          --held: #2b4c8c; --held-ground: #e7eefa; --none: #4f585e; --none-ground: #eaedec;
        }

        """);

    public static readonly Html Dark = Html.Of($$"""
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #171b1e; --ground: #0f1214; --ink: #e8ebe9; --soft: #a4aeac; --line: #323a3e; --link: #9cc2f5; --raised: #1d2226;
            --good: #83d3a0; --good-ground: #16301f; --bad: #ff9f96; --bad-ground: #3a1b19; --doubt: #ecc375; --doubt-ground: #322712;
            --held: #a9c4f8; --held-ground: #1a2741; --none: #b4bdbb; --none-ground: #262c30;
          }
        }

        """);
}
