namespace Muster.Readiness.Tests;

/// <summary>A document that uses nearly all of the language.</summary>
static class ShopExample
{
    public const string Main =
        """"
        muster: 1
        system: shop
        title: Shop launch checklist
        owner: devops
        include: [ pack:web-edge@1, ./controls/ ]
        people:
          mia: { roles: [ architect ], key: keys/mia.pub }
          jon: { roles: [ devops-lead, on-call ], key: keys/jon.pub }
        release:                                    # what is judged, and how a running thing says which one it is
          artifacts: dist/release.json
          running: { target: api, path: /version, read: /digest }
        environments:
          staging:    { values: { host: staging.shop.test, regions: [ eu ] }, consent: [ active, destructive ] }
          production: { values: { host: shop.test, regions: [ eu, us ] }, consent: [ active ] }
        targets:                                    # the only place for secrets
          api: https://$(host)
          db: $(env:SHOP_DSN)
          prom: http://prometheus.$(host):9090
          bus: { redis: redis://$(host):6379, users: { relay: $(env:RELAY_PASSWORD), worker: $(env:WORKER_PASSWORD) } }
        vantages: { outside: agent:home }
        defaults: { owner: devops, fresh: 24h }

        controls:
          edge.certificate:
            title: The public edge serves a trusted certificate with a third of its life left
            proves: [ GR-44 ]
            impact: Credentials travel in clear text
            fix: Deploy the issuer; see runbooks/tls.md
            estimate: 1h..2h
            from: outside
            check:
              tls.endpoint: api
              expect: { lifetime_left: at least 33%, versions: { only: [ TLS1.2, TLS1.3 ] } }

          notifications.private:
            title: Only the relay may publish notifications
            all:
              relay may:      { redis.acl: bus, as: relay,  publish: notify.user.1, expect: { allowed: true } }
              others may not: { redis.acl: bus, as: worker, publish: notify.user.1, expect: { allowed: false, reason: NOPERM } }

          db.backup:
            title: A fresh backup exists, and production's was restored elsewhere
            all:
              recent:   { postgres.backup_freshness: db, expect: { age: at most 26h } }
              restored: { postgres.restore_drill: { backups: production/db, level: L5 }, in: staging, fresh: 31d, binds: environment, expect: { rto: at most 4h } }

          health.outage:
            title: Losing a dependency is named, and takes the service out of rotation
            in: staging
            each: { dep: [ postgres, redis ], fault: [ stop, hang ] }
            check:
              health.dependency_outage: { target: api, dependency: $(dep), fault: $(fault) }
              expect: { readiness: { status: 503, failures: { exactly: [ $(dep) ] } } }

          release.coherent:
            title: The values file names the digests of the manifest
            about: release
            all:
              manifest: { file: { path: dist/release.json, read: /images/*/digest }, expect: { value: { count: at least 1 } } }
              values:   { file: { path: dist/values.yaml, read: /images/*/digest }, expect: { value: { exactly: $(manifest.value) } } }

          write.lands:
            title: A write lands in the database
            steps:
              - { name: write, http: { target: api, post: /items, json: { name: $(nonce) } }, expect: { status: 201 } }
              - { name: read, postgres.query: { target: db, sql: "select name from item where name = :n", args: { n: $(nonce) } }, within: 5s, expect: { rows: { count: 1 } } }
              - { name: clean, http: { target: api, delete: /items/$(write.json.id) }, always: true }

          mesh:
            title: Service mesh
            deferred: { because: mTLS holds without one, review: { every: 90d, by: architect }, until: { prometheus.query: { target: prom, query: sum(l7_retries) }, expect: { value: over 5 } } }

        gates:
          rehearsal: { environment: staging, sign: { devops-lead: 1 } }
          go-live:
            environment: production
            after: rehearsal                        # this release, opened there, soaked, nothing undeclared changed
            soak: 24h
            require: all
            criteria: { Edge: [ edge.certificate ], Data: [ db.backup, write.lands ], Service: [ health.outage, release.coherent, notifications.private ] }
            sign: { architect: 1, devops-lead: 1 }  # different people, none the author of the evidence
            conditions: { due: 24h, from: promotion }
            waivers: { at_most: 14d, approve: [ architect ], need: [ compensating_control ] }
            override: never
        """";

    public static Desk Desk()
    {
        var desk = Tests.Desk.With(Main);
        desk["keys/mia.pub"] = Tests.Desk.Pem(1);
        desk["keys/jon.pub"] = Tests.Desk.Pem(2);
        desk["controls/more.yaml"] = "targets: { cache: redis://cache.test }";
        desk.Packs["web-edge@1"] = System.Text.Encoding.UTF8.GetBytes(
            """
            pack: web-edge@1
            title: Web edge
            needs: { api: url }
            controls:
              web-edge.answers: { check: { http: api } }
            """);
        return desk;
    }
}
