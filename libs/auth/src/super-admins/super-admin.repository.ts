import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { currentSession } from '@financeops/core/mongo';
import { SuperAdmin } from './super-admin.schema';

@Injectable()
export class SuperAdminRepository {
  constructor(@InjectModel(SuperAdmin.name) private readonly model: Model<SuperAdmin>) {}

  /** Throws the driver's duplicate-key error for a taken e-mail. */
  async insert(input: Pick<SuperAdmin, 'email' | 'name' | 'passwordHash'>): Promise<SuperAdmin> {
    const [created] = await this.model.create([input], { session: currentSession() });
    return created!.toObject();
  }

  findById(id: string): Promise<SuperAdmin | null> {
    return this.model
      .findOne({ _id: new Types.ObjectId(id) })
      .lean<SuperAdmin>()
      .exec();
  }

  /** `email` in lower case. */
  findByEmail(email: string): Promise<SuperAdmin | null> {
    return this.model.findOne({ email }).lean<SuperAdmin>().exec();
  }
}
