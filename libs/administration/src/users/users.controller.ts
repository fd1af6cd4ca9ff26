import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems, ObjectIdPipe, PageQuery, Roles } from '@financeops/core/http';
import { actOf } from '../request-actor';
import { UserAdministrationService } from './user-administration.service';
import { UserPage, UserView, userView } from './user.view';
import { ChangeUserDto, CreateUserDto } from './users.dto';

@ApiTags('Users')
@Roles('ADMIN')
@Controller('v1/users')
export class UsersController {
  constructor(private readonly users: UserAdministrationService) {}

  @Post()
  @ApiOperation({
    operationId: 'createUser',
    summary: 'Create a user',
    description: 'Refused when the user limit of the tier is reached.',
  })
  @ApiCreatedResponse({ type: UserView })
  @ApiProblems('user-limit-reached', 'conflict')
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
  @ApiOperation({ operationId: 'listUsers', summary: 'List users', description: 'Newest first.' })
  @ApiOkResponse({ type: UserPage })
  async list(@Query() query: PageQuery, @Req() request: FastifyRequest): Promise<UserPage> {
    const { data, nextCursor } = await this.users.list(query, actOf(request));
    return { data: data.map(userView), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getUser', summary: 'Get a user' })
  @ApiOkResponse({ type: UserView })
  async get(@Param('id', ObjectIdPipe) id: string, @Req() request: FastifyRequest): Promise<UserView> {
    return userView(await this.users.get(id, actOf(request)));
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'updateUser',
    summary: 'Update a user',
    description: "A new role or password ends all sessions of the user. The last ADMIN can't be demoted.",
  })
  @ApiOkResponse({ type: UserView })
  @ApiProblems('invalid-state')
  async change(
    @Param('id', ObjectIdPipe) id: string,
    @Body() dto: ChangeUserDto,
    @Req() request: FastifyRequest,
  ): Promise<UserView> {
    return userView(await this.users.change(id, dto, actOf(request)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteUser',
    summary: 'Delete a user',
    description: 'Frees the e-mail address and the place in the user limit.',
  })
  @ApiNoContentResponse()
  @ApiProblems('invalid-state')
  async remove(@Param('id', ObjectIdPipe) id: string, @Req() request: FastifyRequest): Promise<void> {
    await this.users.remove(id, actOf(request));
  }
}
