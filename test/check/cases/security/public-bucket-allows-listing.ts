import { asAdmin } from '../../as-admin.ts'
import type { PlantedCase } from '../../planted-case.ts'

export const publicBucketAllowsListing: PlantedCase = {
  rule: 'public_bucket_allows_listing',
  plant: ({ database }) =>
    asAdmin(
      database,
      `insert into storage.buckets (id, name, public) values
        ('bucket_listed', 'bucket_listed', true), ('bucket_either', 'bucket_either', true),
        ('bucket_own', 'bucket_own', true), ('bucket_unlisted', 'bucket_unlisted', true),
        ('bucket_private', 'bucket_private', false);
      create policy listed on storage.objects for select using (bucket_id = 'bucket_listed');
      create policy either on storage.objects for select to authenticated
        using (bucket_id in ('bucket_either', 'bucket_private'));
      create policy own on storage.objects for select to authenticated
        using (bucket_id = 'bucket_own' and owner_id = (select auth.uid()::text));
      create policy adds on storage.objects for insert to authenticated
        with check (bucket_id = 'bucket_unlisted')`,
    ),
  defects: ['storage.bucket_listed', 'storage.bucket_either'],
  decoys: ['storage.bucket_own', 'storage.bucket_unlisted', 'storage.bucket_private'],
}
