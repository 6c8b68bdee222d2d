namespace Muster.Readiness;

/// <summary>Narrow pages, where each row of a table becomes a card, and paper.</summary>
static class HtmlStyleMedia
{
    public static readonly Html Sheet = Html.Of($$"""
        @media (max-width: 62rem) {
          .frame { display: block; }
          nav { position: static; margin-bottom: 1.2rem; }
          nav ul { display: flex; flex-wrap: wrap; gap: 0 1.1rem; }
        }
        @media (max-width: 52rem) {
          .inner, .frame { padding-left: 1.1rem; padding-right: 1.1rem; }
          .top { padding: 1.6rem 0 1.3rem; }
          .lead { font-size: 1.15rem; }
          main section { padding: 1.1rem 1.1rem 1.2rem; }
          nav { display: none; }
          .reasons li { grid-template-columns: 1fr; gap: .1rem; }
          .timeline li, .pairs > div { grid-template-columns: 1fr; }
          .pairs > div { gap: 0; padding: .25rem 0; }
          .timeline li > span:last-child { grid-column: 1; grid-row: auto; }
          table, tbody, tr, tbody th, td { display: block; width: 100%; }
          thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          tbody tr { padding: .7rem 0; border-bottom: 1px solid var(--line); }
          tbody tr:first-child { padding-top: 0; }
          tbody tr:last-child { border-bottom: 0; padding-bottom: 0; }
          tbody th, td { min-width: 0; border: 0; padding: .15rem 0; }
          tbody th { font-weight: 600; padding-bottom: .25rem; }
          th .title { width: auto; min-width: 0; }
          td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .8rem; }
          td::before { content: attr(data-label); color: var(--soft); font-size: .85rem; line-height: 1.7; }
          .within { padding-left: .2rem; }
        }
        @media print {
          :root { --paper: #fff; --ground: #fff; --raised: #fff; --ink: #000; --soft: #444; --line: #bbb; --link: #000; --good: #0f4f2b; --bad: #8a1510; --doubt: #5f3b00; --held: #1f3a70; --none: #333; --good-ground: #fff; --bad-ground: #fff; --doubt-ground: #fff; --held-ground: #fff; --none-ground: #fff; }
          body { font-size: 10pt; }
          nav, .skip { display: none; }
          .frame { display: block; }
          .inner, .frame { max-width: none; padding: 0; }
          .top { padding-top: .6rem; }
          main section { border: 0; padding: .6rem 0; break-inside: auto; }
          h2, h3, summary { break-after: avoid; }
          tr, .reasons li, .timeline li, .facts { break-inside: avoid; }
          .pill { border: 1px solid var(--mark); }
          details::details-content { content-visibility: visible; block-size: auto; }
        }

        """);
}
