using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>The style of the readiness pages, and what drawings need beside it.</summary>
static class LoadStyle
{
    static readonly Html Charts = Html.Of($$"""
        :root { --l1: #1d4f91; --l2: #17653a; --l3: #9a5b00; --l4: #a11d18; --l5: #6d4390; }
        @media (prefers-color-scheme: dark) { :root { --l1: #9cc2f5; --l2: #83d3a0; --l3: #ecc375; --l4: #ff9f96; --l5: #cfb2ee; } }
        .l1 { --line-ink: var(--l1); } .l2 { --line-ink: var(--l2); } .l3 { --line-ink: var(--l3); } .l4 { --line-ink: var(--l4); } .l5 { --line-ink: var(--l5); } .l0 { --line-ink: var(--soft); }
        figure { margin: 0 0 1.5rem; }
        figure:last-child { margin-bottom: 0; }
        figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .2rem 1.5rem; font-size: .92rem; margin-bottom: .4rem; }
        .legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; list-style: none; padding: 0; color: var(--soft); font-size: .85rem; }
        .key { width: 26px; height: 10px; margin-right: .4rem; }
        .chart { display: block; width: 100%; height: auto; overflow: visible; }
        .grid { stroke: var(--line); stroke-width: 1; }
        .grid.faint { stroke-opacity: .55; }
        .tick { fill: var(--soft); font-size: 12px; }
        .tick.end { text-anchor: end; }
        .tick.mid { text-anchor: middle; }
        .shade { fill: var(--soft); fill-opacity: .1; }
        .line { fill: none; stroke: var(--line-ink); stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
        .line.l2 { stroke-dasharray: 7 3; }
        .line.l3 { stroke-dasharray: 3 3; }
        .line.l4 { stroke-width: 1.1; }
        .line.l5 { stroke-dasharray: 9 3 2 3; }
        .line.l0 { stroke-dasharray: 2 4; }
        .bar { fill: var(--line-ink); fill-opacity: .55; }
        .bar.hollow { fill: none; stroke: var(--line-ink); stroke-width: 1.2; }
        .dot { fill: var(--line-ink); }
        .mark { stroke: var(--line-ink); stroke-width: 1.5; stroke-dasharray: 5 4; }
        .doubts { border-left: 6px solid var(--doubt); }
        .doubts h2 { color: var(--doubt); }
        .doubts li { margin: .3rem 0 .3rem 1.2rem; padding: 0; }
        .doubts ul { padding: 0; }
        main section h3 { margin-top: 1.5rem; }
        section > p + figure { margin-top: 1rem; }
        .tight + p { margin-top: .7rem; font-size: .85rem; }
        .tight table { font-size: .9rem; }
        .tight tbody th, .tight td { min-width: 0; padding-right: .7rem; }
        .tight tbody th { min-width: 8.5rem; }
        .tight td { white-space: nowrap; }
        @media (max-width: 52rem) { .tick { font-size: 19px; } }

        """);

    public static readonly Html Sheet = Html.Of($"{HtmlStyle.Sheet}{Charts}");

    /// <summary>The policy's source expression; no other style is allowed on the page.</summary>
    public static readonly string Hash = "sha256-" + Convert.ToBase64String(Digest.Of(Encoding.UTF8.GetBytes(Sheet.ToString())).Hash());
}
