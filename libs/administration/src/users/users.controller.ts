import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ObjectIdPipe, PageQuery, Roles } from '@financeops/core/http';
import { actOf } from '../act';
import { UserAdministrationService } from './user-administration.service';
import { UserPage, UserView, userView } from './user.view';
import { ChangeUserDto, CreateUserDto } from './users.dto';

@ApiTags('users')
@ApiBearerAuth('bearer')
@Roles('ADMIN')
@Controller('v1/users')
export class UsersController {
  constructor(private readonly users: UserAdministrationService) {}

  @Post()
  @ApiOperation({ summary: 'Add a user; refused at the user limit of the tier' })
  @ApiCreatedResponse({ type: UserView })
  async create(
    @Body() dto: CreateUserDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserView> {
    const user = userView(await this.users.create(dto, actOf(request)));
    void reply.header('location', `/v1/users/${user.id}`);
    return user;
  }

  @Get()
  @ApiOperation({ summary: 'The users of the tenant, newest first' })
  @ApiOkResponse({ type: UserPage })
  async list(@Query() query: PageQuery, @Req() request: FastifyRequest): Promise<UserPage> {
    const { data, nextCursor } = await this.users.list(query, actOf(request));
    return { data: data.map(userView), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'A user' })
  @ApiOkResponse({ type: UserView })
  async get(@Param('id', ObjectIdPipe) id: string, @Req() request: FastifyRequest): Promise<UserView> {
    return userView(await this.users.get(id, actOf(request)));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change name, role or password',
    description:
      "Another role and a new password end all of the user's tokens. The last ADMIN can't be demoted.",
  })
  @ApiOkResponse({ type: UserView })
  async change(
    @Param('id', ObjectIdPipe) id: string,
    @Body() dto: ChangeUserDto,
    @Req() request: FastifyRequest,
  ): Promise<UserView> {
    return userView(await this.users.change(id, dto, actOf(request)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a user; the e-mail and the seat are free again' })
  @ApiNoContentResponse()
  async remove(@Param('id', ObjectIdPipe) id: string, @Req() request: FastifyRequest): Promise<void> {
    await this.users.remove(id, actOf(request));
  }
}
